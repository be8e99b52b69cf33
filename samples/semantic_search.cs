#:project ../src/Laminet.Extensions.AI/Laminet.Extensions.AI.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// Semantic search: sentences and a question become vectors, and the nearest sentences are those that mean the same.  dotnet run -c Release samples/semantic_search.cs
// With MiniLM-L6's model.onnx (vocab.txt beside it), then a file of lines to search and a question; without, an encoder that learns generated sentences by masked tokens.
using Laminet.Extensions.AI;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Zoo.Language;
using Microsoft.Extensions.AI;

SentenceEncoder encoder = args.Length > 0 ? MiniLM(args[0]) : Learned();
string[] sentences = args.Length > 1 ? File.ReadAllLines(args[1]) : args.Length == 1
    ? ["a dog runs across the snow", "the stock market fell sharply today", "two children play football in a park", "the recipe needs flour, eggs and butter", "a puppy plays in the winter cold", "shares lost a tenth of their value"]
    : ["dog puppy snow winter", "shares bank market money", "cake butter eggs flour", "bank money value shares", "winter snow puppy cold", "flour cake recipe butter"];
string question = args.Length > 2 ? args[2] : args.Length > 0 ? "losses at the exchange" : "value market";

using SentenceEmbeddingGenerator generator = new(encoder, "encoder");
await Search(generator);

// Any program that takes .NET's interface, such as a vector store, can use the encoder.
async Task Search<TGenerator>(TGenerator generator) where TGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    GeneratedEmbeddings<Embedding<float>> index = await generator.GenerateAsync(sentences);
    ReadOnlyMemory<float> asked = await generator.GenerateVectorAsync(question);
    Console.WriteLine($"{sentences.Length} sentences, {index.Usage!.InputTokenCount} tokens, vectors of {asked.Length}; asked: {question}");
    foreach ((Embedding<float> embedding, string sentence) in index.Zip(sentences).OrderByDescending(pair => Cosine(pair.First)).Take(3))
        Console.WriteLine($"{Cosine(embedding):F3}  {sentence}");

    float Cosine(Embedding<float> embedding) => System.Numerics.Tensors.TensorPrimitives.Dot(embedding.Vector.Span, asked.Span);
}

static SentenceEncoder MiniLM(string path)
{
    Tokenizer tokenizer = Tokenizer.FromBert(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "vocab.txt"));
    return new SentenceEncoder(Bert.SentenceVectors(PretrainedLanguage.MiniLM(path)), text => tokenizer.Encode(text, maxLength: 256).Ids);
}

// Sentences of four words of one of three topics; which words go together is all that there is to learn.
static SentenceEncoder Learned()
{
    string[][] topics = ["dog puppy snow winter cold park".Split(' '), "shares bank market money value stock".Split(' '), "cake butter eggs flour recipe oven".Split(' ')];
    List<string> words = ["", "<mask>", .. topics.SelectMany(topic => topic)];
    Random random = new(1);
    Tensor texts = Tensor.From([.. Enumerable.Range(0, 768).SelectMany(_ => random.GetItems(topics[random.Next(3)], 4)).Select(word => words.IndexOf(word))], [768, 4]);
    Model model = Bert.MaskedLanguageModel(new() { VocabularySize = words.Count, MaxLength = 16, Width = 32, NumBlocks = 1, NumHeads = 2, Dropout = 0, Seed = 1 });
    model.Compile(new Adam(3e-3), new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: MaskedTokens.Ignored));
    for (int epoch = 0; epoch < 20; epoch++)
    {
        (Tensor inputs, Tensor targets) = MaskedTokens.Draw(texts, new RandomKey((ulong)epoch), maskToken: 1, words.Count, firstOrdinary: 2, share: 0.3);
        model.Fit(inputs, targets, batchSize: 64, epochs: 1);
    }

    return new SentenceEncoder(Bert.SentenceVectors(new Model(model.Inputs, model.GetLayer("block_0").Output)), text => [.. text.Split(' ').Select(word => words.IndexOf(word))]);
}
