using System.Text.Json.Nodes;
using Laminet.Cli.Texts;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;
using Laminet.Training;

namespace Laminet.Cli.Tests;

/// <summary>A small language model of the command line, which several tests use.</summary>
public sealed class TextRunFixture : IDisposable
{
    public TextRunFixture()
    {
        File.WriteAllText(Line.At("rhyme.txt"), string.Concat(Enumerable.Repeat("the rain that fell on hill and plain\nran down the lane and fell again\n", 30)));
        Training = Line.Run("text", "train", "rhyme.txt", "--layers", "1", "--width", "32", "--heads", "2", "--length", "16", "--batch", "16", "--steps", "240", "--epochs", "3", "--learning-rate", "0.01", "--seed", "1", "--out", "run").Expect(0);
    }

    public CommandLine Line { get; } = new();

    internal Finished Training { get; }

    public void Dispose() => Line.Dispose();
}

public sealed class TextLanguageTests(TextRunFixture fixture) : IClassFixture<TextRunFixture>
{
    private readonly CommandLine line = fixture.Line;

    [Fact]
    public void Training_leaves_all_that_other_commands_need()
    {
        string output = fixture.Training.Output;
        Assert.Contains(" parameters) on 2,100 characters: 1,890 tokens to train, 210 to validate, 18 different", output, StringComparison.Ordinal);
        Assert.Contains("3 epochs of 80 steps, batch 16, learning rate 0.01, seed 1", output, StringComparison.Ordinal);
        Assert.Contains("Epoch 3/3", output, StringComparison.Ordinal);
        Assert.Contains("laminet text generate run --prompt", output, StringComparison.Ordinal);
        foreach (string file in (string[])["model.laminet", "tokenizer.json", "history.csv", "settings.json", "environment.json", "result.json"])
            Assert.True(File.Exists(line.At("run", file)), file);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        double loss = figures["val_loss"]!.GetValue<double>();
        Assert.InRange(loss, 0, 0.6);
        Assert.Equal(Math.Exp(loss), figures["val_perplexity"]!.GetValue<double>(), 9);
        // A token is a character here.
        Assert.Equal(loss, figures["val_nats_per_character"]!.GetValue<double>(), 9);
    }

    [Fact]
    public void It_writes_what_it_has_read_beyond_its_positions()
    {
        string text = line.Run("text", "generate", "run", "--prompt", "the rain", "--temperature", "0", "--max-tokens", "66").Expect(0).Output.ReplaceLineEndings("\n");
        Assert.Equal("the rain that fell on hill and plain\nran down the lane and fell again\nthe rai"[..74] + "\n", text);
    }

    [Fact]
    public void The_same_seed_writes_the_same_and_settings_are_taken()
    {
        string[] arguments = ["text", "generate", "run", "--prompt", "ran", "--max-tokens", "30", "--temperature", "2", "--seed", "5"];
        string one = line.Run(arguments).Expect(0).Output;
        Assert.Equal(one, line.Run(arguments).Expect(0).Output);
        Assert.NotEqual(one, line.Run([.. arguments[..^1], "6"]).Expect(0).Output);
        // The likeliest token alone is no choice.
        string greedy = line.Run("text", "generate", "run", "--prompt", "ran", "--max-tokens", "30", "--temperature", "0").Expect(0).Output;
        foreach (string[] narrow in (string[][])[["--top-k", "1"], ["--top-p", "0.0001"], ["--min-p", "1"]])
            Assert.Equal(greedy, line.Run([.. arguments, .. narrow]).Expect(0).Output);
    }

    [Fact]
    public void Prompts_of_several_options_and_of_standard_input_and_stops()
    {
        JsonNode written = JsonNode.Parse(line.Run("text", "generate", "run", "--prompt", "the rain", "--prompt", "ran", "--temperature", "0", "--stop", "\\n", "--stop", "fell", "--json").Expect(0).Output)!;
        Assert.Equal([" that ", " down the lane and "], written["texts"]!.AsArray().Select(text => text!["text"]!.GetValue<string>()));
        Assert.Equal(["the rain", "ran"], written["texts"]!.AsArray().Select(text => text!["prompt"]!.GetValue<string>()));
        line.Input = "the rain\nran\n";
        Assert.Equal("the rain that fell on hill and plain\nran down the lane and fell again\n", line.Run("text", "generate", "run", "--prompt", "-", "--temperature", "0", "--stop", "\\n").Expect(0).Output.ReplaceLineEndings("\n"));
        line.Input = "";
        // Without a prompt it begins a text, after an end of a line.
        Assert.NotEmpty(line.Run("text", "generate", "run", "--max-tokens", "5", "--temperature", "0").Expect(0).Output.Trim());
    }

    [Fact]
    public void Beam_search_writes_the_likeliest()
    {
        Assert.Equal("the rain that f\n", line.Run("text", "generate", "run", "--prompt", "the rain", "--beams", "3", "--max-tokens", "7").Expect(0).Output.ReplaceLineEndings("\n"));
        Assert.Contains("the model has 16 positions", line.Run("text", "generate", "run", "--prompt", "the rain that fell on", "--beams", "3").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Perplexity_is_that_of_each_token_with_what_stands_before_it()
    {
        File.WriteAllText(line.At("new.txt"), "the lane and hill\nfell down on the plain again\n");
        JsonNode figures = JsonNode.Parse(line.Run("text", "evaluate", "run", "new.txt", "--stride", "5", "--json").Expect(0).Output)!;

        // The same by hand: token by token, each after the tokens of its window.
        TextModel model = TextModel.Open(new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null, Directory = line.Directory }, "run");
        int[] tokens = [.. model.Tokenizer.Encode(File.ReadAllText(line.At("new.txt"))).Ids];
        double nats = 0;
        for (int place = 1; place < tokens.Length; place++)
        {
            int window = place <= 16 ? 0 : (place - 16 + 4) / 5, start = Math.Min(window * 5, tokens.Length - 17);
            Tensor logits = model.Model.Predict(Tensor.From(tokens[start..place], [1, place - start])).At(0).At(place - start - 1);
            nats -= logits.LogSoftmax(0).At(tokens[place]).ToDouble();
        }

        Assert.Equal(nats / (tokens.Length - 1), figures["nats_per_token"]!.GetValue<double>(), 5);
        Assert.Equal(Math.Exp(nats / (tokens.Length - 1)), figures["perplexity"]!.GetValue<double>(), 3);
        Assert.Equal(nats / tokens.Length / Math.Log(2), figures["bits_per_byte"]!.GetValue<double>(), 5);
        Assert.Equal(tokens.Length - 1, figures["tokens"]!.GetValue<double>());
        Assert.Contains("perplexity", line.Run("text", "evaluate", "run", "new.txt", "rhyme.txt").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_networks_and_tokenizers()
    {
        string[] small = ["--layers", "1", "--width", "8", "--heads", "2", "--length", "8", "--batch", "4", "--seed", "1"];
        line.Run(["text", "train", "rhyme.txt", "--network", "llama", "--tokenizer", "bpe", "--vocabulary", "280", "--steps", "4", "--epochs", "2", "--dropout", "0.1", "--out", "llama", .. small]).Expect(0);
        JsonNode settings = JsonNode.Parse(File.ReadAllText(line.At("llama", "settings.json")))!;
        Assert.Equal(("llama", "bpe", 2), (settings["network"]!.GetValue<string>(), settings["tokenizer"]!.GetValue<string>(), settings["steps_per_epoch"]!.GetValue<int>()));
        // The tokenizer of the one for the other.
        string output = line.Run(["text", "train", "rhyme.txt", "--tokenizer", "llama/tokenizer.json", "--steps", "2", "--validation-split", "0", "--out", "gpt", "--json", .. small]).Expect(0).Output;
        JsonNode document = JsonNode.Parse(output)!;
        Assert.False(document["interrupted"]!.GetValue<bool>());
        Assert.Equal(2, document["result"]!["best_epoch"]!.GetValue<int>());
        Assert.NotEmpty(line.Run("text", "generate", "gpt", "--max-tokens", "20", "--seed", "1").Expect(0).Output);
        line.Run(["text", "train", "rhyme.txt", "--tokenizer", "words", "--minutes", "0.0001", "--epochs", "1", "--out", "words", .. small]).Expect(0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        foreach (string run in (string[])["one", "other"])
            line.Run("text", "train", "rhyme.txt", "--layers", "1", "--width", "8", "--heads", "2", "--length", "8", "--steps", "3", "--epochs", "1", "--seed", "7", "--out", run).Expect(0);
        Tensor[] Weights(string run) => [.. Model.Load(line.At(run, "model.laminet")).Weights.Select(weight => weight.Value)];
        Assert.All(Weights("one").Zip(Weights("other")), pair => Assert.Equal(pair.First.ToArray<float>(), pair.Second.ToArray<float>()));
    }

    [Fact]
    public void Ctrl_C_keeps_the_model()
    {
        using CommandLine own = new() { InterruptAt = 3 };
        File.WriteAllText(own.At("a.txt"), string.Concat(Enumerable.Repeat("abcabd", 100)));
        Finished run = own.Run("text", "train", "a.txt", "--layers", "1", "--width", "8", "--heads", "1", "--length", "8", "--minutes", "10", "--seed", "1", "--out", "run").Expect(130);
        Assert.Equal("interrupted", run.Error.Trim());
        Assert.False(Directory.Exists(own.At("run")));
        // Before the first epoch is done, and after some; a terminal's bar reads the clock at each step.
        own.IsTerminal = true;
        foreach ((int at, string saved) in ((int, string)[])[(1, "model as it is"), (60, "best")])
        {
            own.InterruptAt = at;
            run = own.Run("text", "train", "a.txt", "--layers", "1", "--width", "8", "--heads", "1", "--length", "8", "--steps", "100", "--seed", "1", "--out", $"run{at}").Expect(130);
            Assert.Contains($"and the {saved} is saved.", run.Output, StringComparison.Ordinal);
        }

        own.InterruptAt = int.MaxValue;
        Assert.True(File.Exists(own.At("run60", "model.laminet")) && !File.Exists(own.At("run60", "result.json")));
        own.Run("text", "generate", "run60", "--prompt", "a").Expect(0);
    }

    [Theory]
    [InlineData("text train none.txt", "there is no file none.txt.")]
    [InlineData("text train", "FILE is missing: texts in UTF-8; .gz files are unpacked. With --task classify: a file of lines LABEL, tab, TEXT, or a folder with a subfolder of .txt files for each class. See 'laminet text train --help'.")]
    [InlineData("text train rhyme.txt --task write", "--task: received 'write'; expected one of language, classify.")]
    [InlineData("text train rhyme.txt --from x", "--from goes with --task classify. Leave it out.")]
    [InlineData("text train rhyme.txt --task classify --layers 2", "--layers goes with --task language. Leave it out.")]
    [InlineData("text train rhyme.txt --network lstm", "--network: received 'lstm'; expected one of gpt, llama.")]
    [InlineData("text train rhyme.txt --steps 5 --minutes 1", "--minutes goes without --steps: the time decides how many. Give one of them.")]
    [InlineData("text train rhyme.txt --heads 3", "--heads: received 3; expected a number that divides the width of 128.")]
    [InlineData("text train rhyme.txt --network llama --width 12 --heads 4", "--heads: received 4; a head of llama needs an even number of features, and 12 / 4 is 3. Take another width.")]
    [InlineData("text train rhyme.txt --tokenizer charcters", "--tokenizer: received 'charcters'; expected characters, words, bpe, or a file, and there is none of this name. Did you mean 'characters'?")]
    [InlineData("text train rhyme.txt --vocabulary 300", "--vocabulary goes with --tokenizer words or bpe. Leave it out.")]
    [InlineData("text train rhyme.txt --tokenizer bpe --vocabulary 100", "--vocabulary: received 100; expected at least 257 for bpe: 256 bytes and <|endoftext|>.")]
    [InlineData("text train rhyme.txt --length 500", "the texts have 2,100 tokens, 1,890 to train and 210 to validate; expected more than --length, 500, of each. Give longer texts or a smaller --length, or leave validation out: --validation-split 0.")]
    [InlineData("text train rhyme.txt --out run", "--out: 'run' is not empty; expected a new or an empty folder. Choose another name.")]
    [InlineData("train --resume run", "the run in {run} is a training on texts. Use laminet text train --resume, evaluate, generate with it.")]
    [InlineData("text generate", "MODEL is missing: a run's folder from 'laminet text train'; or a folder of Hugging Face with config.json, the weights and tokenizer.json. See 'laminet text generate --help'.")]
    [InlineData("text generate nowhere", "there is no folder 'nowhere'; expected one that 'laminet text train' wrote, or one of Hugging Face. Latest here:")]
    [InlineData("text generate empty", "'empty' has neither settings.json nor config.json; expected a folder that 'laminet text train' wrote, or one of Hugging Face. Latest here:")]
    [InlineData("text generate run --beams 2 --seed 1", "--seed draws at random, and --beams takes the likeliest. Leave one of them out.")]
    [InlineData("text generate run --length-penalty 2", "--length-penalty goes with --beams. Leave it out.")]
    [InlineData("text generate run --beams 2 --stop and", "--stop: 'and' is no single token of the model; a beam search ends at such only. Leave --beams out, or stop at another text.")]
    [InlineData("text generate run --top-p 0", "--top-p: received '0'; expected a number above 0 and at most 1.")]
    [InlineData("text generate run --top-k 1 --top-k 2", "--top-k is given 2 times; give it once.")]
    [InlineData("text predict run text", "'run' is a language model; expected a classifier of texts. Use laminet text generate.")]
    [InlineData("text predict run", "expected either a text or --file FILE.")]
    [InlineData("text evaluate run", "expected a model and a file, or --texts FILE --references FILE. See 'laminet text evaluate --help'.")]
    [InlineData("text evaluate run rhyme.txt --stride 17", "--stride: received 17; expected at most 16, the model's length.")]
    [InlineData("text evaluate run one.txt", "one.txt has 0 tokens; expected two or more, of which all but the first are foretold.")]
    [InlineData("text evaluate run rhyme.txt --metric bleu", "--metric goes with --texts. Leave it out, or add --texts FILE.")]
    [InlineData("text evaluate --texts rhyme.txt", "--references is missing: what the lines of --texts should be. See 'laminet text evaluate --help'.")]
    [InlineData("text evaluate run --texts rhyme.txt --references rhyme.txt", "--texts: received a model, too; texts are scored against --references alone. Leave one of them out.")]
    [InlineData("text evaluate --texts rhyme.txt --references two.txt", "rhyme.txt has 60 lines, two.txt 2; expected one or more, and as many of both: lines of the same number belong together.")]
    [InlineData("text evaluate --texts two.txt --references two.txt --metric blue", "--metric: received 'blue'; expected one of bleu, chrf, chrf++, rouge, wer, cer, exact. Did you mean 'bleu'?")]
    [InlineData("text evaluate --texts two.txt --references two.txt --references two.txt --metric wer", "--metric: received wer and 2 files of references; an error rate takes one. Leave the others out.")]
    [InlineData("text embed none two.txt", "there is no file or folder 'none'; expected MiniLM's model.onnx, with vocab.txt or tokenizer.json beside it, or its folder; or a folder of Hugging Face with a model of BERT's kind.")]
    [InlineData("text embed empty two.txt", "the folder 'empty' has neither model.onnx nor config.json; expected MiniLM's model.onnx, with vocab.txt or tokenizer.json beside it, or its folder; or a folder of Hugging Face with a model of BERT's kind.")]
    [InlineData("text embed run two.txt --out x.csv", "--out: received 'x.csv'; expected the name of a file that ends in .npy, .jsonl, .tsv.")]
    [InlineData("text write", "unknown command 'write' for 'laminet text'. Known: train, generate, predict, embed, evaluate.")]
    public void A_wrong_use_is_told_with_what_was_expected(string arguments, string message)
    {
        Directory.CreateDirectory(line.At("empty"));
        File.WriteAllText(line.At("one.txt"), "");
        File.WriteAllText(line.At("two.txt"), "a\nb\n");
        Finished finished = line.Run(arguments.Split(' ')).Expect(2);
        Assert.StartsWith($"error: {message.Replace("{run}", line.At("run"), StringComparison.Ordinal).Replace(" Latest here:", "", StringComparison.Ordinal)}", finished.Error, StringComparison.Ordinal);
        Assert.Empty(finished.Output);
    }

    [Fact]
    public void Damaged_runs_are_told()
    {
        foreach (string file in Directory.EnumerateFiles(line.At("run")))
        {
            Directory.CreateDirectory(line.At("damaged"));
            File.Copy(file, line.At("damaged", Path.GetFileName(file)), overwrite: true);
        }

        string settings = File.ReadAllText(line.At("run", "settings.json"));
        foreach (string wrong in (string[])["{", "[]", settings.Replace("language-model", "text-classifier", StringComparison.Ordinal), settings.Replace("\"length\": 16", "\"length\": 0", StringComparison.Ordinal), new string(' ', 2 << 20)])
        {
            File.WriteAllText(line.At("damaged", "settings.json"), wrong);
            Assert.Contains("it is not the settings that 'laminet text train' writes", line.Run("text", "generate", "damaged").Expect(1).Error, StringComparison.Ordinal);
        }

        File.WriteAllText(line.At("damaged", "settings.json"), settings.Replace("language-model", "text-classifier", StringComparison.Ordinal).Replace("\"classes\": null", "\"classes\": [\"a\", \"b\"]", StringComparison.Ordinal));
        Assert.Contains("is not the model that", line.Run("text", "predict", "damaged", "x").Expect(1).Error, StringComparison.Ordinal);
        File.WriteAllText(line.At("damaged", "settings.json"), settings);
        Tokenizer.OfCharacters([string.Concat(Enumerable.Range(0x4E00, 100).Select(letter => (char)letter))]).Save(line.At("damaged", "tokenizer.json"));
        Assert.Contains("expected the tokenizer that the model was trained with", line.Run("text", "generate", "damaged").Expect(2).Error, StringComparison.Ordinal);
        File.Delete(line.At("damaged", "tokenizer.json"));
        Assert.Contains("has no tokenizer; expected tokenizer.json", line.Run("text", "generate", "damaged").Expect(2).Error, StringComparison.Ordinal);
        File.Delete(line.At("damaged", "model.laminet"));
        Assert.Contains("has no model: its training was ended", line.Run("text", "generate", "damaged").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_weights_are_no_numbers_is_told()
    {
        Directory.CreateDirectory(line.At("lost"));
        foreach (string file in (string[])["settings.json", "tokenizer.json"])
            File.Copy(line.At("run", file), line.At("lost", file), overwrite: true);
        Model model = Model.Load(line.At("run", "model.laminet"));
        foreach (Variable weight in model.Weights)
            weight.Assign(Tensor.Full(weight.Shape, double.NaN, weight.Value.DType));
        model.Save(line.At("lost", "model.laminet"));
        string error = line.Run("text", "generate", "lost", "--prompt", "the").Expect(1).Error;
        Assert.StartsWith("error: The decoder gave logits that are NaN, or of which none is finite, so no token can be chosen.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", error, StringComparison.Ordinal);
    }

    // Written text must not command the terminal.
    [Fact]
    public void Control_characters_are_not_shown()
    {
        File.WriteAllText(line.At("evil.txt"), string.Concat(Enumerable.Repeat("\u001b[31m\u0007", 60)) + "\n");
        line.Run("text", "train", "evil.txt", "--layers", "1", "--width", "8", "--heads", "1", "--length", "8", "--steps", "2", "--seed", "1", "--out", "evil").Expect(0);
        Assert.DoesNotContain(line.Run("text", "generate", "evil", "--prompt", "\u001b[", "--seed", "1").Expect(0).Output, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
    }

    [Fact]
    public void Passages_are_whole_lines_and_bounded()
    {
        string[] lines = [.. Enumerable.Range(0, 20_000).Select(i => i % 7 == 0 ? "" : $"  line {i}"), .. Enumerable.Repeat("word", 30_000)];
        string[] passages = [.. Passages.Of(lines)];
        Assert.Equal(string.Concat(lines.Select(text => text + "\n")), string.Concat(passages));
        Assert.True(passages.Length > 2);
        Assert.All(passages, passage => Assert.InRange(passage.Length, 1, 1 << 21));
        Assert.All(Passages.Of(Enumerable.Repeat("", 3 << 20)), passage => Assert.InRange(passage.Length, 1, (1 << 20) + 1));
    }

    [Theory]
    [InlineData("ab", "xaabx", "xa")]
    [InlineData("aab|b", "caab", "c")]
    [InlineData("zz", "azb", "azb")]
    [InlineData("zz", "az", "az")]
    public void A_stop_is_found_wherever_parts_are_cut(string stops, string text, string expected)
    {
        for (int cut = 0; cut <= text.Length; cut++)
        {
            StopTexts found = new(stops.Split('|'));
            Assert.Equal(expected, found.Take(text[..cut]) + (found.IsFound ? "" : found.Take(text[cut..])) + found.Rest());
        }
    }
}
