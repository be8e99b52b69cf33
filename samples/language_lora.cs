#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// A language model learns another style by adapters of low rank (LoRA), while its own weights stay as they are.  dotnet run -c Release samples/language_lora.cs
// With two arguments: a folder of Hugging Face with a model of GPT-2's or Llama's kind and its tokenizer.json, and a text to learn; then the epochs. Without: a small model that has read statements learns to ask.
using Laminet.Generation;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Zoo.Language;

const int Length = 48, BatchSize = 16;
bool isGiven = args.Length > 1;
string[] names = ["cat", "dog", "hen", "fox", "cow", "pig"], kinds = ["old", "small", "wild", "grey", "tame"], verbs = ["see", "hear", "feed", "find", "like"];
var random = new Random(1);
string old = Lines(1200, (who, verb, whom) => $"the {who} {verb}s the {whom} ."), text = isGiven ? File.ReadAllText(args[1]) : Lines(120, (who, verb, whom) => $"does the {who} {verb} the {whom} ?");
Tokenizer tokenizer = isGiven ? Tokenizer.Load(Path.Combine(args[0], "tokenizer.json")) : Tokenizer.OfCharacters([old, text]);
CausalLanguageModel model = isGiven ? PretrainedLanguage.Decoder(args[0]) : new(tokenizer.VocabularySize, 2 * Length, width: 64, numBlocks: 2, numHeads: 4, seed: 1);
int epochs = args.Length > 2 ? int.Parse(args[2]) : isGiven ? 2 : 12;

(Tensor X, Tensor Y) know = Windows(old, 0, 0.9), knowTest = Windows(old, 0.9, 1), learn = Windows(text, 0, 0.8), learnTest = Windows(text, 0.8, 1);
if (!isGiven)
    Learn(model, know, 6, 3e-3);
Compile(model, new AdamW(1e-3));
string prompt = isGiven ? tokenizer.Decode(learnTest.X.At(0).ToArray<int>().Take(Length / 4)) : "\n";
(double before, double knownBefore, string written) = (Loss(model, learnTest), isGiven ? 0 : Loss(model, knowTest), Write());

// Queries, keys, values and outputs of each attention get two narrow matrices; nothing else learns.
LoraModel lora = new(model, rank: 8, alpha: 16, weights: ".*/(query|key|value|attention_output)/kernel", seed: 1);
Learn(lora, learn, epochs, 1e-2);
string file = Path.Combine(Path.GetTempPath(), $"laminet-adapters-{Environment.ProcessId}.safetensors");
lora.SaveAdapters(file);
long trained = lora.TrainableWeights.Sum(weight => weight.Shape.LongCount);
Console.WriteLine($"{trained} of {model.ParameterCount} parameters trained, {(double)trained / model.ParameterCount:P1}; the adapters' file has {new FileInfo(file).Length / 1024} KiB");
File.Delete(file);
Console.WriteLine($"new text: {before:F3} nats a token before, {Loss(lora, learnTest):F3} after");
if (!isGiven)
    Console.WriteLine($"old text: {knownBefore:F3} before, {Loss(model, knowTest):F3} without the adapters, {Loss(lora, knowTest):F3} with them");

// The products go into the weights: the model writes at its old speed.
lora.Merge();
Compile(model, new AdamW(1e-3));
Console.WriteLine($"merged: {Loss(model, learnTest):F3} nats a token");
Console.WriteLine($"before: {written}");
Console.WriteLine($"after:  {Write()}");

string Lines(int count, Func<string, string, string, string> sentence) => string.Concat(Enumerable.Range(0, count).Select(_ =>
    sentence($"{kinds[random.Next(kinds.Length)]} {names[random.Next(names.Length)]}", verbs[random.Next(verbs.Length)], $"{kinds[random.Next(kinds.Length)]} {names[random.Next(names.Length)]}") + "\n"));

// A part of a text as rows of tokens, and the token after each.
(Tensor, Tensor) Windows(string whole, double from, double until)
{
    int[] ids = [.. tokenizer.Encode(whole, maxLength: int.MaxValue, specialTokens: false).Ids];
    ids = ids[(int)(from * ids.Length)..(int)(until * ids.Length)];
    int[] starts = [.. Enumerable.Range(0, Math.Max(0, (ids.Length - 1) / Length)).Select(i => i * Length)];
    if (starts.Length == 0)
        throw new ArgumentException($"The part of the text has {ids.Length} tokens; expected more than {Length}. Give a longer text.");
    return (Tensor.From([.. starts.SelectMany(start => ids[start..(start + Length)])], [starts.Length, Length]), Tensor.From([.. starts.SelectMany(start => ids[(start + 1)..(start + Length + 1)])], [starts.Length, Length]));
}

void Compile(Model one, Optimizer optimizer) => one.Compile(optimizer, new SparseCategoricalCrossentropy(fromLogits: true));

void Learn(Model one, (Tensor X, Tensor Y) part, int passes, double rate)
{
    int steps = Math.Max(10, passes * part.X.Shape[0] / BatchSize);
    Compile(one, new AdamW(new Warmup(new CosineDecay(rate, steps, alpha: 0.02), steps / 10), weightDecay: 0.01) { GlobalClipNorm = 1 });
    one.Fit(part.X, part.Y, batchSize: BatchSize, epochs: passes);
}

double Loss(Model one, (Tensor X, Tensor Y) part) => one.Evaluate(part.X, part.Y, batchSize: BatchSize)["loss"];

string Write() => tokenizer.Decode(model.Generate([.. tokenizer.Encode(prompt, specialTokens: false).Ids], new GenerationSettings { MaxNewTokens = Length, Temperature = 0.7, Seed = 1 })).ReplaceLineEndings(" / ");
