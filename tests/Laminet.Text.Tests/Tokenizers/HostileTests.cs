using System.Globalization;
using System.Text;
using Laminet.Text.Corpora;
using Laminet.Text.Metrics;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Texts, vocabularies, tokenizer.json and token files that were changed at random give a result or an error of the kind that callers expect.</summary>
public class HostileTests
{
    // LAMINET_MUTATIONS sets how many of each.
    private static readonly int Mutations = int.Parse(Environment.GetEnvironmentVariable("LAMINET_MUTATIONS") ?? "300", CultureInfo.InvariantCulture);

    private const long MostBytes = 200_000_000;

    [Fact]
    public void Mutated_texts_are_encoded_and_decoded()
    {
        Tokenizer[] tokenizers = [Vocabularies.Gpt2, Vocabularies.Bert, Vocabularies.BytePair, Vocabularies.WordPiece, Tokenizer.OfCharacters(["abc"]), Tokenizer.OfWords(["a b c"], lowercase: true)];
        Random random = new(1);
        string[] lines = [.. Lines.Generate(100, seed: 40)];
        for (int i = 0; i < Mutations; i++)
        {
            string text = Mutated(lines[random.Next(lines.Length)], random);
            Tokenizer tokenizer = tokenizers[i % tokenizers.Length];
            EncodedText encoded = Bounded(() => tokenizer.Encode(text, random.Next(4) == 0 ? Mutated(text, random) : null));
            Assert.All(encoded.Offsets.Zip(encoded.Sequences).Where(pair => pair.Second == 0), pair => Assert.True(pair.First.Start >= 0 && pair.First.Start <= pair.First.End && pair.First.End <= text.Length));
            tokenizer.Decode(encoded.Ids);
            Bleu.Sentence(text, [lines[0]]);
            Chrf.Sentence(text, [lines[1]]);
            Rouge.LSum(text, lines[2]);
            ErrorRate.Characters([text], [lines[3]]);
        }
    }

    [Fact]
    public void Mutated_tokenizer_files_are_read_or_refused()
    {
        string[] files =
        [
            VocabularyTrainer.BytePair(["the dogs run, the dog ran"], 270, ["<|endoftext|>"]).ToJson(), VocabularyTrainer.WordPiece(["the dogs run, the dog ran"], 60).ToJson(), Tokenizer.OfWords(["a b c"]).ToJson(),
            SentencePieceModel.Read(SentencePieceTests.Model(bytePair: false, fallback: true, ReplacementTable.Of(new Dictionary<string, string> { ["ﬁ"] = "fi" }))).ToTokenizerJson(true, true).ToJsonString(),
            """{"added_tokens":[{"id":1,"content":"[X]","lstrip":true,"normalized":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":"a+"},"content":"aaaa"},{"type":"Prepend","prepend":"▁"},{"type":"Strip"}]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+|[^x]"},"behavior":"Isolated"},{"type":"Digits"},{"type":"Punctuation","behavior":"Contiguous"}]},"decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":1}]},"model":{"type":"BPE","unk_token":"u","byte_fallback":true,"vocab":{"u":0,"a":2,"aa":3,"b":4},"merges":["a a"]}}""",
        ];
        Random random = new(2);
        int read = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string json = Mutated(files[i % files.Length], random);
            read += Attempt(() =>
            {
                Tokenizer tokenizer = Tokenizer.Parse(json);
                EncodedText encoded = tokenizer.Encode("the dogs aaa ﬁ 😀 [X] 12", "pair", maxLength: 50);
                tokenizer.Decode(encoded.Ids);
                tokenizer.EncodeBatch(["a", "b c"]);
            });
        }

        Assert.InRange(read, 1, Mutations);
    }

    [Fact]
    public void Mutated_vocabularies_and_models_are_read_or_refused()
    {
        using TemporaryFolder folder = new();
        byte[] model = SentencePieceTests.Model(bytePair: true, fallback: true, ReplacementTable.Of(new Dictionary<string, string> { ["ﬁ"] = "fi" }))[^3000..];
        byte[] whole = SentencePieceTests.Model(bytePair: false, fallback: false, []);
        const string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n##s\ndog\n", json = """{"a":0,"b":1,"ab":2,"<|endoftext|>":3}""", merges = "#version: 0.2\na b\n";
        Random random = new(3);
        for (int i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(folder.Of("x.model"), Mutated(i % 8 == 0 ? model : whole, random));
            Attempt(() => Tokenizer.FromSentencePiece(folder.Of("x.model"), i % 2 == 0, i % 3 == 0).Encode("the dogs ﬁ 😀"));
            string bert = folder.Write("vocab.txt", Mutated(vocabulary, random)), words = folder.Write("vocab.json", i % 2 == 0 ? Mutated(json, random) : json), pairs = folder.Write("merges.txt", Mutated(merges, random));
            Attempt(() => Tokenizer.FromBert(bert).Encode("the dogs"));
            Attempt(() => Tokenizer.FromGpt2(words, pairs).Encode("ab abc"));
        }
    }

    [Fact]
    public void Mutated_token_files_and_lines_are_read_or_refused()
    {
        using TemporaryFolder folder = new();
        TokenFile.Write(folder.Of("good"), [[1, 2, 3], [4, 5]], 100);
        byte[] good = File.ReadAllBytes(folder.Of("good"));
        Random random = new(4);
        for (int i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(folder.Of("x"), Mutated(good, random));
            Attempt(() =>
            {
                using TokenFile file = TokenFile.Open(folder.Of("x"));
                for (long number = 0; number < Math.Min(file.DocumentCount, 3); number++)
                    file.Document(number);
                Assert.NotEmpty(file.Windows(2).Batches().Take(3));
            });
            Attempt(() => Assert.All(TextFiles.Table(folder.Of("x"), longest: 1000), row => Assert.NotEmpty(row)));
        }
    }

    // True if it gave a result.
    private static int Attempt(Action action)
    {
        try
        {
            Bounded(() =>
            {
                action();
                return 0;
            });
            return 1;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or IOException or InvalidOperationException)
        {
            Assert.NotEmpty(exception.Message);
            return 0;
        }
        // Reading a data set tells the place and keeps the reason.
        catch (Laminet.Data.DatasetException exception) when (exception.InnerException is FormatException or ArgumentException)
        {
            return 0;
        }
    }

    private static T Bounded<T>(Func<T> action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T result = action();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return result;
    }

    private static string Mutated(string text, Random random)
    {
        StringBuilder mutated = new(text);
        for (int change = random.Next(1, 5); change > 0 && mutated.Length > 0; change--)
        {
            int place = random.Next(mutated.Length), length = random.Next(1, Math.Min(20, mutated.Length - place) + 1);
            switch (random.Next(7))
            {
                case 0:
                    mutated.Remove(place, length);
                    break;
                case 1:
                    mutated[place] = (char)random.Next(0x10000);
                    break;
                case 2:
                    mutated[place] = (char)random.Next(0x80);
                    break;
                case 3:
                    mutated.Insert(place, mutated.ToString(place, length));
                    break;
                case 4:
                    mutated.Insert(place, random.Next(-5, 2_000_000_000));
                    break;
                case 5:
                    mutated.Insert(place, mutated[place].ToString(), random.Next(1, 300));
                    break;
                default:
                    mutated.Insert(place, new[] { "null", "\"", "{", "[]", "\ud83d", "\\ud800", "Sequence", "Replace", "BPE", "(", "*", "true" }[random.Next(12)]);
                    break;
            }
        }

        return mutated.ToString();
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        List<byte> mutated = [.. bytes];
        for (int change = random.Next(1, 5); change > 0 && mutated.Count > 0; change--)
        {
            int place = random.Next(random.Next(2) == 0 ? Math.Min(mutated.Count, 64) : mutated.Count);
            switch (random.Next(4))
            {
                case 0:
                    mutated.RemoveAt(place);
                    break;
                case 1:
                    mutated.Insert(place, (byte)random.Next(256));
                    break;
                case 2:
                    mutated.RemoveRange(place, mutated.Count - place);
                    break;
                default:
                    mutated[place] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. mutated];
    }
}
