using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Laminet.Cli.Tests;

public sealed class WrongUseTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Theory]
    [InlineData("verify Softmx", "Received 'Softmx'; expected an operation or class, such as Softmax, Conv2D or Adam. Did you mean 'Softmax'? 'laminet verify --list' lists them.")]
    [InlineData("verify Adam --family losses", "Received 'Adam'; expected one of the losses, such as BinaryCrossentropy, BinaryFocalCrossentropy, CTC. 'laminet verify --list' lists them.")]
    [InlineData("verify --family loses", "--family: received 'loses'; expected one of operations, activations, layers, losses, metrics, optimizers, schedules, initializers, regularizers, constraints, callbacks. Did you mean 'losses'?")]
    [InlineData("trian", "unknown command 'trian' for 'laminet'. Did you mean 'train'? Known: train, evaluate, predict, explain, filters, plot, augment, summary, inspect, graph, profile, models, data, tokenizer, text, verify.")]
    [InlineData("--verson", "unknown option '--verson' for 'laminet'. Did you mean '--version'? See 'laminet --help'.")]
    [InlineData("data infos", "unknown command 'infos' for 'laminet data'. Did you mean 'info'? Known: list, info.")]
    [InlineData("data list now", "unexpected argument 'now' for 'laminet data list'. See 'laminet data list --help'.")]
    [InlineData("data info", "NAME|FOLDER is missing: a data set, or a folder with IDX files or photographs. See 'laminet data info --help'.")]
    [InlineData("train conv", "model: received 'conv'; expected the name of a model for classification, or of a network with a training of its own, which 'laminet models' lists. Did you mean 'convnet'?")]
    [InlineData("train vgg16 --limit 100", "model: The model vgg16 received images of shape (28, 28, 1); expected (height, width, channels) of at least 32 x 32. Enlarge the images, or take a model for small ones.")]
    [InlineData("train --epoch 5", "unknown option '--epoch' for 'laminet train'. Did you mean '--epochs'? See 'laminet train --help'.")]
    [InlineData("train --zzzzzzzzzzz", "unknown option '--zzzzzzzzzzz' for 'laminet train'. See 'laminet train --help'.")]
    [InlineData("train --epochs", "--epochs needs a value: --epochs N. See 'laminet train --help'.")]
    [InlineData("train --epochs x", "--epochs: received 'x'; expected a whole number from 1 to 100000.")]
    [InlineData("train --epochs 0", "--epochs: received '0'; expected a whole number from 1 to 100000.")]
    [InlineData("train --epochs 2.5", "--epochs: received '2.5'; expected a whole number from 1 to 100000.")]
    [InlineData("train --epochs 1 --epochs 2", "--epochs is given 2 times; give it once.")]
    [InlineData("train --batch 1e9", "--batch: received '1e9'; expected a whole number from 1 to 65536.")]
    [InlineData("train --learning-rate 0", "--learning-rate: received '0'; expected a number above 0 and at most 100.")]
    [InlineData("train --learning-rate nan", "--learning-rate: received 'nan'; expected a number above 0 and at most 100.")]
    [InlineData("train --learning-rate -0.1", "--learning-rate: received '-0.1'; expected a number above 0 and at most 100.")]
    [InlineData("train --validation-split 1", "--validation-split: received '1'; expected a number from 0 to 0.9.")]
    [InlineData("train --seed -1", "--seed: received '-1'; expected a whole number from 0 to 2147483647.")]
    [InlineData("train --threads 0", "--threads: received '0'; expected a whole number from 1 to 256.")]
    [InlineData("train --limit 5", "--limit: received '5'; expected a whole number from 10 to 2147483647.")]
    [InlineData("train --optimizer adm", "--optimizer: received 'adm'; expected one of adam, adamw, sgd, rmsprop, adagrad, adadelta. Did you mean 'adam'?")]
    [InlineData("train --data fashon-mnist", "--data: received 'fashon-mnist'; expected fashion-mnist or mnist, or a folder with IDX files or photographs. Did you mean 'fashion-mnist'?")]
    [InlineData("train --out run", "--out: 'run' is not empty; expected a new or an empty folder. Choose another name.")]
    [InlineData("train --out run/settings.json", "--out: 'run/settings.json' is a file; expected a new or an empty folder. Choose another name.")]
    [InlineData("train --limit 10", "--limit: received 10; class 3 (Dress) has one training image; expected two or more of each class, one to train and one to validate. "
        + "Give a larger --limit, or leave validation out: --validation-split 0.")]
    [InlineData("train --resume run", "the run 'run' is complete: all 2 epochs are done. Evaluate it: laminet evaluate run")]
    [InlineData("train --resume nowhere", "there is no folder 'nowhere'; expected one that 'laminet train' wrote.")]
    [InlineData("train --resume run --epochs 3", "--epochs: received '3', but the run to be resumed has '2'. Leave it out, or start a new run without --resume.")]
    [InlineData("train convnet --resume run", "model: received 'convnet', but the run to be resumed has 'lenet5'. Leave it out, or start a new run without --resume.")]
    [InlineData("train --resume run --out other", "--out: received 'other' together with --resume, which continues in the folder of the run. Leave --out out.")]
    [InlineData("evaluate", "RUN|FILE is missing: a run's folder from 'laminet train', such as runs/NAME, or a .laminet file. See 'laminet evaluate --help'.")]
    [InlineData("evaluate .", "'.' is not a run: it has no settings.json; expected a folder that 'laminet train' wrote.")]
    [InlineData("predict run", "INDEX|PHOTO is missing: the index of an image in the test set, counted from 0; or an image file: JPEG, PNG, WebP, GIF or BMP. See 'laminet predict --help'.")]
    [InlineData("predict run -1", "INDEX|PHOTO: received '-1'; expected a whole number from 0 to 2147483647, the index of a test image, or an image file. There is no file of this name.")]
    [InlineData("predict run seven", "INDEX|PHOTO: received 'seven'; expected a whole number from 0 to 2147483647, the index of a test image, or an image file. There is no file of this name.")]
    [InlineData("predict run 300", "INDEX: received 300; fashion-mnist has 300 test images: expected 0 to 299.")]
    [InlineData("predict run 1 2", "unexpected argument '2' for 'laminet predict'. See 'laminet predict --help'.")]
    [InlineData("plot", "RUN is missing: a run's folder from 'laminet train', such as runs/NAME. See 'laminet plot --help'.")]
    [InlineData("plot run --format pdf", "--format: received 'pdf'; expected one of png, svg. Did you mean 'png'?")]
    [InlineData("plot nowhere", "there is no folder 'nowhere'; expected one that 'laminet train' wrote.")]
    [InlineData("filters convnt", "there is no model, run or file 'convnt'; expected a name that 'laminet models' lists, a run's folder or a .laminet file. Did you mean 'convnet'?")]
    [InlineData("filters run --scale 0", "--scale: received '0'; expected a whole number from 1 to 256.")]
    [InlineData("filters run --out filters.jpg", "--out: received 'filters.jpg'; expected the name of a .png file.")]
    [InlineData("explain run", "PHOTO is missing: a JPEG, PNG, WebP, GIF or BMP file. See 'laminet explain --help'.")]
    [InlineData("explain nowhere photo.png", "there is no run or file 'nowhere'; expected a folder that 'laminet train' wrote, or a .laminet file.")]
    [InlineData("explain run photo.png --method gradcam", "--method: received 'gradcam'; expected one of grad-cam, gradient, smoothgrad, integrated, occlusion. Did you mean 'grad-cam'?")]
    [InlineData("augment", "PHOTO is missing: a JPEG, PNG, WebP, GIF or BMP file. See 'laminet augment --help'.")]
    [InlineData("augment absent.jpg", "PHOTO: there is no file 'absent.jpg'; expected a JPEG, PNG, WebP, GIF or BMP file.")]
    [InlineData("augment absent.jpg --size 32", "--size: received '32'; expected a whole number from 64 to 384.")]
    [InlineData("augment absent.jpg --count 11", "--count: received '11'; expected a whole number from 1 to 10.")]
    [InlineData("augment absent.jpg --out sheet.jpg", "--out: received 'sheet.jpg'; expected the name of a .png file.")]
    [InlineData("augment absent.jpg --layer MixUp", "unknown option '--layer' for 'laminet augment'. Did you mean '--layers'? See 'laminet augment --help'.")]
    [InlineData("summary", "MODEL|RUN|FILE is missing: a model of the zoo ('laminet models' lists them), a run's folder, or a .laminet file. See 'laminet summary --help'.")]
    [InlineData("summary mlp --batch 0", "--batch: received '0'; expected a whole number from 1 to 65536.")]
    [InlineData("graph convnt", "there is no model, run or file 'convnt'; expected a name that 'laminet models' lists, a run's folder or a .laminet file. Did you mean 'convnet'?")]
    [InlineData("graph mlp --step trian", "--step: received 'trian'; expected one of train, test, predict. Did you mean 'train'?")]
    [InlineData("graph mlp --do", "unknown option '--do' for 'laminet graph'. Did you mean '--dot'? See 'laminet graph --help'.")]
    [InlineData("profile mlp --calls 0", "--calls: received '0'; expected a whole number from 1 to 10000.")]
    [InlineData("profile mlp --top x", "--top: received 'x'; expected a whole number from 1 to 2147483647.")]
    [InlineData("profile mlp --trace", "--trace needs a value: --trace FILE. See 'laminet profile --help'.")]
    [InlineData("profile .", "'.' is not a run: it has no settings.json; expected a folder that 'laminet train' wrote.")]
    [InlineData("summary lenet", "there is no model, run or file 'lenet'; expected a name that 'laminet models' lists, a run's folder or a .laminet file. Did you mean 'lenet5'?")]
    public void A_wrong_use_is_told_with_what_was_expected(string line, string message)
    {
        Finished finished = trained.Line.Run(line.Split(' '));

        Assert.Equal($"error: {message}{Environment.NewLine}", finished.Error);
        Assert.Equal(2, finished.Code);
        Assert.Empty(finished.Output);
    }

    [Fact]
    public void A_place_where_no_folder_can_be_made_is_told_before_anything_else()
    {
        string file = trained.Line.At("run", "settings.json"), run = trained.Line.At("run", "settings.json", "run");
        Assert.Equal($"error: --out: Cannot make the directory {run}: {file} is a file. Choose another name.{Environment.NewLine}",
            trained.Line.Run("train", "--out", run).Expect(2).Error);
        // Linux keeps its processes there.
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal($"error: --out: Cannot make the directory /proc/laminet: /proc takes no new directories. Choose another place.{Environment.NewLine}",
                trained.Line.Run("train", "--out", "/proc/laminet").Expect(2).Error);
        }
    }

    [Fact]
    public void A_run_that_can_be_resumed_is_offered_to_be()
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("interrupted"));
        File.WriteAllText(line.At("interrupted", "training.checkpoint"), "");
        Assert.Contains("--out: 'interrupted' is not empty; expected a new or an empty folder. Choose another name, or resume the run in it: laminet train --resume interrupted", line.Run("train", "--out", "interrupted").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_images_to_validate_leave_no_run_behind()
    {
        using CommandLine line = new();
        line.Run("train", "--limit", "10").Expect(2);
        Assert.Empty(Directory.EnumerateFileSystemEntries(line.Directory));
        line.Run("train", "mlp", "--limit", "10", "--validation-split", "0", "--epochs", "1").Expect(0);
    }

    // In a process of its own: the engine reads them once, when it starts.
    [Theory]
    [InlineData("LAMINET_THREADS", "many", "expected 1 to 256")]
    [InlineData("LAMINET_THREADS", "0", "expected 1 to 256")]
    [InlineData("LAMINET_SIMD", "avx", "expected scalar, 128, 256 or 512")]
    public void A_wrong_setting_of_the_engine_is_told(string name, string value, string expected)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Laminet.Cli.dll"), "summary", "mlp"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Assert.Equal($"error: The environment variable {name} is '{value}'; {expected}. Change it or unset it.", process.StandardError.ReadToEnd().Trim());
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
    }

    [Fact]
    public void Data_that_do_not_come_along_are_told_with_how_to_get_them()
    {
        Finished finished = trained.Line.Run("data", "info", "mnist").Expect(2);

        Assert.StartsWith("error: --data: mnist is not embedded in Laminet; expected a folder with its files. Put train-images-idx3-ubyte,", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_images_is_told_with_the_file_that_is_missing()
    {
        Finished finished = trained.Line.Run("train", "--data", "run").Expect(2);

        Assert.Contains("which has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz.", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_trace_is_shown_only_when_asked_for()
    {
        using CommandLine line = new();
        Assert.DoesNotMatch(new Regex(@"^\s+at ", RegexOptions.Multiline), line.Run("evaluate", "nowhere").Error);
        line.SetVariable("LAMINET_DEBUG", "1");
        Assert.Matches(new Regex(@"^\s+at ", RegexOptions.Multiline), line.Run("evaluate", "nowhere").Error);
    }
}
