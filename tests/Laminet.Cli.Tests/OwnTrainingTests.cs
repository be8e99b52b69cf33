using System.Text.Json.Nodes;

namespace Laminet.Cli.Tests;

public sealed class OwnTrainingTests
{
    [Theory]
    [InlineData("autoencoder", "test_psnr", 5, 30, "model.laminet")]
    [InlineData("autoencoder-denoising", "test_psnr", 5, 30, "model.laminet")]
    [InlineData("vae", "test_nats", 200, 600, "model.laminet")]
    [InlineData("dcgan", "discriminator_loss", 0.1, 3, "model.laminet")]
    [InlineData("dcgan-conditional", "generator_loss", 0.1, 5, "model.laminet")]
    [InlineData("rbm", "test_pseudo_log_likelihood", -500, -100, "model.safetensors")]
    [InlineData("kohonen", "quantization_error", 4, 9, "model.safetensors")]
    public void It_leaves_figures_a_picture_and_what_was_learned(string name, string figure, double least, double greatest, string file)
    {
        using CommandLine line = new();
        string output = line.Run("train", name, "--limit", "120", "--epochs", "1", "--seed", "1", "--out", "run").Expect(0).Output;
        Assert.StartsWith($"{name} on fashion-mnist: 120 training, 120 test images", output, StringComparison.Ordinal);
        Assert.Contains("Epoch 1/1", output);
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!;
        Assert.InRange(result["figures"]![figure]!.GetValue<double>(), least, greatest);
        Assert.Equal(1, result["epochs"]!.GetValue<int>());
        Assert.True(File.Exists(line.At("run", file)) && File.Exists(line.At("run", "picture.png")));
        Assert.Equal(2, File.ReadAllLines(line.At("run", "history.csv")).Length);
    }

    [Theory]
    [InlineData("neocognitron", 0.3)]
    [InlineData("svm", 0.6)]
    [InlineData("elm", 0.5)]
    public void What_learns_all_at_once_knows_new_images(string name, double least)
    {
        using CommandLine line = new();
        JsonNode document = JsonNode.Parse(line.Run("train", name, "--limit", "200", "--seed", "1", "--out", "run", "--json").Expect(0).Output)!;
        Assert.InRange(document["result"]!["figures"]!["test_accuracy"]!.GetValue<double>(), least, 1);
        Assert.False(document["interrupted"]!.GetValue<bool>());
        Assert.Null(document["settings"]!["epochs"]);
        Assert.Equal(name != "neocognitron", File.Exists(line.At("run", "model.estimator")));
    }

    [Theory]
    [InlineData("belief-net", 0.55)]
    [InlineData("rbf", 0.65)]
    public void What_learns_by_epochs_knows_new_images(string name, double least)
    {
        using CommandLine line = new();
        line.Run("train", name, "--limit", "300", "--epochs", "6", "--batch", "10", "--seed", "1", "--out", "run").Expect(0);
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!;
        Assert.InRange(result["figures"]!["test_accuracy"]!.GetValue<double>(), least, 1);
        Assert.True(File.Exists(line.At("run", "model.laminet")) && File.Exists(line.At("run", "picture.png")));
    }

    // Words without the order of the tree tell about three quarters: the plain network stays there.
    [Theory]
    [InlineData("tree-rntn", 14, 0.85)]
    [InlineData("tree-lstm", 17, 0.85)]
    public void What_learns_from_trees_knows_new_sentences(string name, int epochs, double least)
    {
        using CommandLine line = new();
        OwnData.Write(line, trees: 300, stories: 10);
        string output = line.Run("train", name, "--data", "trees", "--epochs", $"{epochs}", "--seed", "1", "--out", "run").Expect(0).Output;
        Assert.StartsWith($"{name} on trees: 300 training, 150 validation, 150 test trees", output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        Assert.InRange(figures["test_accuracy"]!.GetValue<double>(), least, 1);
        // The saved epoch is the first of those that are best on the validation trees.
        string[] history = File.ReadAllLines(line.At("run", "history.csv"));
        double[] dev = [.. history[1..].Select(row => double.Parse(row.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(epochs, dev.Length);
        Assert.Equal(history[1 + Array.IndexOf(dev, dev.Max())].Split(',')[1], figures["loss"]!.GetValue<double>().ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["", "not", "so"], File.ReadAllLines(line.At("run", "words.txt")).Where(word => word is "" or "so" or "not").Order(StringComparer.Ordinal));
        Assert.True(File.Exists(line.At("run", "model.safetensors")) && File.Exists(line.At("run", "picture.png")));
    }

    [Fact]
    public void What_learns_from_stories_answers_new_questions()
    {
        using CommandLine line = new();
        OwnData.Write(line, trees: 10, stories: 800);
        Finished run = line.Run("train", "memory-network", "--data", "stories", "--epochs", "20", "--batch", "16", "--seed", "1", "--out", "run").Expect(0);
        Assert.StartsWith("memory-network on walks: 800 training, 400 test questions", run.Output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        Assert.InRange(figures["test_error"]!.GetValue<double>(), 0, 0.1);
        Assert.Equal("_", File.ReadAllLines(line.At("run", "words.txt"))[0]);
        Assert.True(File.Exists(line.At("run", "model.safetensors")) && File.Exists(line.At("run", "picture.png")));
    }

    // Six words in random order: within a word the next letter is nearly sure, so that the chance is in the choice of the word.
    [Fact]
    public void A_Markov_chain_knows_what_follows()
    {
        using CommandLine line = new();
        OwnData.WriteText(line, words: 2000);
        Finished run = line.Run("train", "markov", "--data", "text.txt", "--seed", "1", "--out", "run").Expect(0);
        Assert.Contains("19 letters; the most frequent: e 0.1", run.Output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        double perWord = Math.Log(6) / (((7 + 5 + 8 + 4 + 6 + 8) / 6.0) + 1);
        Assert.InRange(figures["unseen_nats"]!.GetValue<double>(), perWord - 0.02, perWord + 0.05);
        Assert.InRange(figures["order"]!.GetValue<int>(), 2, 4);
        Assert.InRange(figures["stationary_difference"]!.GetValue<double>(), 0, 1e-12);
        double[] unseen = [.. File.ReadAllLines(line.At("run", "history.csv"))[1..].Select(row => double.Parse(row.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(6, unseen.Length);
        Assert.True(unseen[0] > 2 * perWord && unseen.Min() == figures["unseen_nats"]!.GetValue<double>());
        string[] words = File.ReadAllText(line.At("run", "written.txt")).Split(' ');
        Assert.True(words.Count(word => word is "network" or "layer" or "gradient" or "unit" or "weight" or "sequence") > 0.9 * words.Length);
        Assert.Equal(19, File.ReadAllLines(line.At("run", "words.txt")).Length);
        Assert.True(File.Exists(line.At("run", "model.safetensors")) && File.Exists(line.At("run", "picture.png")));
    }

    [Fact]
    public void A_short_text_has_chains_that_look_back_less()
    {
        using CommandLine line = new();
        File.WriteAllText(line.At("text.txt"), "Ja, она и я и она!! ..");
        Assert.Contains("order 1  own_nats", line.Run("train", "markov", "--data", "text.txt", "--out", "run").Expect(0).Output, StringComparison.Ordinal);
        File.WriteAllText(line.At("text.txt"), new string('a', 30));
        line.Run("train", "markov", "--data", "text.txt", "--limit", "25", "--out", "one").Expect(0);
        Assert.Equal(["a"], File.ReadAllLines(line.At("one", "words.txt")));
        Assert.Equal([" ", "a", "j", "а", "и", "н", "о", "я"], File.ReadAllLines(line.At("run", "words.txt")));
    }

    // A third as many units as the sample's test; the spread of the series itself is 1.
    [Fact]
    public void An_echo_state_network_goes_on_alone()
    {
        using CommandLine line = new() { InterruptAt = 2 };
        string[] train = ["train", "echo-state", "--limit", "900", "--seed", "1"];
        Assert.Contains("Interrupted; echo-state learns all at once, so nothing was kept.", line.Run([.. train, "--out", "stopped"]).Expect(130).Output, StringComparison.Ordinal);
        line.InterruptAt = int.MaxValue;
        Finished run = line.Run([.. train, "--out", "run"]).Expect(0);
        Assert.StartsWith("echo-state on mackey-glass: 900 training steps, 50 other series to test", run.Output, StringComparison.Ordinal);
        Assert.InRange(JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!["nrmse_84"]!.GetValue<double>(), 1e-7, 0.05);
        Assert.True(File.Exists(line.At("run", "model.estimator")) && File.Exists(line.At("run", "picture.png")));
        Assert.Contains("the run 'run' has no curves: echo-state learns all at once. What it drew is in picture.png.", line.Run("plot", "run").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("the run 'run' has no model.laminet: what it learned is no network of layers. Its figures are in result.json.", line.Run("summary", "run").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_liquid_hears_words()
    {
        using CommandLine line = new();
        OwnData.WriteSounds(line, count: 120);
        Finished run = line.Run("train", "liquid-state", "--data", "sounds", "--limit", "80", "--seed", "1", "--out", "run").Expect(0);
        Assert.StartsWith("liquid-state on sounds: 80 training, 30 test recordings", run.Output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        Assert.InRange(figures["test_accuracy"]!.GetValue<double>(), 0.85, 1);
        Assert.InRange(figures["spikes_a_second"]!.GetValue<double>(), 5, 100);
        Assert.True(File.Exists(line.At("run", "model.estimator")) && File.Exists(line.At("run", "model.safetensors")) && File.Exists(line.At("run", "picture.png")));
    }

    // Of 3 to 9 bits half would be wrong by chance.
    [Fact]
    public void A_Turing_machine_copies()
    {
        using CommandLine line = new();
        Finished run = line.Run("train", "turing-small", "--seed", "1", "--out", "run").Expect(0);
        Assert.StartsWith("turing-small on sequences: new ones in each step, 250 steps an epoch", run.Output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        Assert.InRange(figures["test_wrong_lengths_1_to_3"]!.GetValue<double>(), 0, 0.9);
        Assert.True(File.Exists(line.At("run", "model.laminet")) && File.Exists(line.At("run", "picture.png")));
        Assert.Contains("RNN (RNN)      (None, None, 30)", line.Run("summary", "run").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_lists_them_for_programs_too()
    {
        using CommandLine line = new();
        JsonArray models = JsonNode.Parse(line.Run("models", "--json").Expect(0).Output)!.AsArray();
        Assert.Equal("OwnTraining", models.Single(model => model!["name"]!.GetValue<string>() == "vae")!["task"]!.GetValue<string>());
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using CommandLine line = new();
        foreach (string run in (string[])["one", "other"])
            line.Run("train", "rbm", "--limit", "100", "--epochs", "1", "--batch", "50", "--seed", "3", "--out", run).Expect(0);
        Assert.Equal(File.ReadAllBytes(line.At("one", "model.safetensors")), File.ReadAllBytes(line.At("other", "model.safetensors")));
    }

    [Fact]
    public void An_interrupted_run_keeps_what_it_has_learned()
    {
        using CommandLine line = new() { InterruptAt = 5 };
        Finished run = line.Run("train", "kohonen", "--limit", "100", "--epochs", "20", "--seed", "1", "--out", "run").Expect(130);
        Assert.Contains("Interrupted; 4 of 20 epochs are done, and what they learned is saved.", run.Output);
        Assert.True(File.Exists(line.At("run", "model.safetensors")) && !File.Exists(line.At("run", "result.json")));
    }

    [Theory]
    [InlineData("svm --epochs 3", "--epochs: svm learns all at once. Leave it out.")]
    [InlineData("kohonen --batch 3", "--batch: kohonen has no batches whose size can be chosen. Leave it out.")]
    [InlineData("rbm --optimizer sgd", "--optimizer goes with models for classification; rbm has a training of its own. Leave it out.")]
    [InlineData("rbm --limit 50 --batch 60", "--batch: received 60; there are 50 training images.")]
    [InlineData("tree-lstm --data trees --batch 8", "--batch: tree-lstm has no batches whose size can be chosen. Leave it out.")]
    [InlineData("tree-lst", "or of a network with a training of its own, which 'laminet models' lists. Did you mean 'tree-lstm'?")]
    [InlineData("tree-lstm", "--data is missing; expected a folder with train.txt, dev.txt and test.txt, trees in brackets as in the Stanford Sentiment Treebank.")]
    [InlineData("tree-lstm --data fashion-mnist", "--data: there is no folder 'fashion-mnist'; expected a folder with train.txt")]
    [InlineData("tree-lstm --data stories", "--data: the folder 'stories' has no train.txt; expected")]
    [InlineData("memory-network", "--data is missing; expected the training file of a bAbI task, NAME_train.txt, or a folder with one task.")]
    [InlineData("memory-network --data trees", "--data: the folder 'trees' has no file NAME_train.txt; expected")]
    [InlineData("memory-network --data stories/walks_test.txt", "--data: received 'stories/walks_test.txt'; expected the training file")]
    [InlineData("memory-network --data stories --batch 60", "--batch: received 60; there are 20 training questions.")]
    [InlineData("dcgan --data photos", "--data: received a folder of photographs; this network learns from small grey images")]
    [InlineData("markov", "--data is missing; expected a text file (UTF-8, also .gz).")]
    [InlineData("markov --data trees", "--data: there is no file 'trees'; expected a text file")]
    [InlineData("markov --data text.txt --epochs 21", "--epochs: received 21; expected at most 20 for ")]
    [InlineData("markov --data text.txt --epochs 0", "--epochs: received '0'; expected")]
    [InlineData("markov --data text.txt --batch 4", "--batch: markov has no batches whose size can be chosen. Leave it out.")]
    [InlineData("markov --data text.txt --limit 12", "--data: received 12 characters, which --limit leaves, of ")]
    [InlineData("markov --data text.txt --limit 40 --epochs 4", "--epochs: received 4; expected at most 3 for 36 letters to count, 4 to test.")]
    [InlineData("echo-state --data series.csv", "--data: received 'series.csv'; this network draws what it learns from itself (mackey-glass). Leave --data out.")]
    [InlineData("echo-state --epochs 3", "--epochs: echo-state learns all at once. Leave it out.")]
    [InlineData("liquid-state", "--data is missing; expected a folder of recordings named DIGIT_SPEAKER_INDEX.wav")]
    [InlineData("liquid-state --data nowhere", "--data: there is no folder 'nowhere'; expected a folder of recordings")]
    [InlineData("liquid-state --data trees", "--data: the folder 'trees' has no .wav file; expected a folder of recordings")]
    [InlineData("turing-copy --data copy", "--data: received 'copy'; this network draws what it learns from itself (sequences). Leave --data out.")]
    [InlineData("turing-copy --limit 50", "--limit: this network draws new sequences in each step. Leave it out; a quick test has fewer --epochs.")]
    [InlineData("turing-copy --batch 0", "--batch: received '0'; expected")]
    public void Options_that_mean_nothing_are_refused(string arguments, string message)
    {
        using CommandLine line = new();
        OwnData.Write(line, trees: 20, stories: 20);
        OwnData.WriteText(line, words: 100);
        Directory.CreateDirectory(line.At("photos", "cats"));
        Assert.Contains(message, line.Run(["train", .. arguments.Split(' ')]).Expect(2).Error);
    }

    [Theory]
    [InlineData("tree-rnn --data trees", "trees/train.txt", "(1 (2 a)", 1, "line 1: LabelledTree: at character 8 of '(1 (2 a)': expected 1 more closing brackets.")]
    [InlineData("tree-rnn --data trees", "trees/train.txt", "(1 (2 a) (7 b))", 2, "tree 1 has the label 7; expected 0 to 4, very negative to very positive.")]
    [InlineData("tree-rnn --data trees", "trees/dev.txt", "(2 (1 a) (3 b))", 2, "has only neutral sentences; expected positive or negative ones too.")]
    [InlineData("tree-rnn --data trees", "trees/test.txt", "", 2, "test.txt has no tree; expected one a line.")]
    [InlineData("memory-network --data stories", "stories/walks_train.txt", "1 a b", 2, "--data: received 0 questions in ")]
    [InlineData("memory-network --data stories", "stories/walks_train.txt", "a b", 1, "line 1: expected a number of the line in its story")]
    [InlineData("memory-network --data stories", "stories/other_train.txt", "1 a b", 2, "--data: the folder 'stories' has 2 tasks, and a network learns one. Name its file, such as --data ")]
    [InlineData("memory-network --data stories/other_train.txt", "stories/other_train.txt", "1 a b", 2, "other_test.txt; expected the training file of a bAbI task")]
    [InlineData("markov --data text.txt", "text.txt", "", 2, "--data: received 0 characters of ")]
    [InlineData("markov --data text.txt", "text.txt", "12345 67890 12345 67890", 2, "expected at least 20, letters among them. A tenth is held back.")]
    [InlineData("markov --data text.txt", "text.txt", "too short", 2, "--data: received 10 characters of ")]
    [InlineData("liquid-state --data stories", "stories/12_anna_7.wav", "", 1, "12_anna_7.wav: expected a name such as 7_jackson_12.wav")]
    [InlineData("liquid-state --data stories", "stories/1_anna_7.wav", "no sound", 1, "1_anna_7.wav: received no WAV file; expected one that begins with RIFF and WAVE.")]
    public void Data_that_cannot_be_used_are_told(string arguments, string file, string text, int code, string message)
    {
        using CommandLine line = new();
        OwnData.Write(line, trees: 20, stories: 20);
        File.WriteAllText(line.At(file), text);
        Assert.Contains(message, line.Run(["train", .. arguments.Split(' '), "--out", "run"]).Expect(code).Error);
        Assert.False(Directory.Exists(line.At("run")));
    }

    [Fact]
    public void Recordings_of_one_part_are_told()
    {
        using CommandLine line = new();
        OwnData.WriteSounds(line, count: 10);
        string told = line.Run("train", "liquid-state", "--data", "sounds").Expect(2).Error;
        Assert.Contains("--data: received 0 recordings with an index of 5 or more in ", told, StringComparison.Ordinal);
        Assert.Contains(" and 10 below; expected a folder of recordings", told, StringComparison.Ordinal);
        File.WriteAllBytes(line.At("text.txt"), [0x41, 0xFF, 0xFE, 0x42]);
        Assert.Contains("UTF-8", line.Run("train", "markov", "--data", "text.txt").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_run_is_no_classifiers()
    {
        using CommandLine line = new();
        line.Run("train", "kohonen", "--limit", "20", "--epochs", "1", "--out", "run").Expect(0);
        foreach (string[] command in (string[][])[["evaluate", "run"], ["predict", "run", "0"]])
            Assert.Contains("is one of kohonen, which has a training of its own", line.Run(command).Expect(2).Error);
        // It has curves, and no confusion matrix.
        Assert.Equal("curves.png", Path.GetFileName(line.Run("plot", "run").Expect(0).Output.Trim()));
    }
}
