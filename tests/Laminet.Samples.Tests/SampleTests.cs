using System.Diagnostics;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Laminet.Samples.Tests;

/// <summary>Every sample is run, most with a number that makes it shorter, and what it prints is looked at; two of them by the command that their comments name. The project file compiles them.</summary>
public class SampleTests
{
    private static readonly Dictionary<string, (string Arguments, Action<string> Check)> Samples = new()
    {
        ["xor.cs"] = ("", output =>
        {
            Assert.True(Figure(output, @"loss ([\d.]+)") < 0.01);
            Assert.InRange(Figure(output, @"33 parameters: at most ([\d.E+-]+) from"), 0, 1e-5);
        }
        ),
        ["gradients.cs"] = ("", output =>
        {
            Assert.Contains("f''  = 27.997495   (12x^2 + sin x = 27.997495)", output, StringComparison.Ordinal);
            Assert.Contains("cube = Float32 (2,) [8, 27], gradient = Float32 (2,) [12, 27]", output, StringComparison.Ordinal);
        }
        ),
        ["fashion.cs"] = ("2", output =>
        {
            Assert.Contains("Total params: 34,826", output, StringComparison.Ordinal);
            Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.75);
            Assert.Matches("the first test image is taken for: .+", output);
        }
        ),
        // Brightness, contrast and variety of what it draws are those of the real images to within 40 %, and the discriminator takes some of it for
        // real, and not all.
        ["gan.cs"] = ("100", output =>
        {
            Assert.InRange(Figure(output, @"(\d+) ?% of the drawn ones"), 5, 95);
            foreach (string figure in (string[])["mean", "variance", "between images"])
            {
                double real = Figure(output, $@"real pixels: .*?{figure} ([\d.]+)");
                Assert.InRange(Figure(output, $@"drawn pixels: .*?{figure} ([\d.]+)"), 0.6 * real, 1.4 * real);
            }
        }
        ),
        // By chance a tenth of the images is of the class asked for.
        ["dcgan.cs"] = ($"conditional 10 8 - \"{Path.Combine(Path.GetTempPath(), "laminet-dcgan-sample")}\"", output => Assert.InRange(Figure(output, @"epoch 10 .*; ([\d.]+) % of the class asked for"), 70, 100)),
        ["wgan_gp.cs"] = ("300", output => Assert.InRange(Figure(output, @"modes found: (\d) of 8"), 7, 8)),
        ["ema.cs"] = ("2", output =>
        {
            double raw = Figure(output, @"test accuracy: raw weights ([\d.]+)"), averaged = Figure(output, @"averaged weights ([\d.]+)");
            Assert.True(raw > 0.7 && averaged > 0.8);
            Assert.NotEqual(raw, averaged);
            Assert.Equal(raw, Figure(output, @"after the scope: raw weights ([\d.]+)"));
        }
        ),
        // Which tags may follow which is what the field over neighbours adds.
        ["tagging.cs"] = ("", output =>
        {
            double alone = Figure(output, @"without transitions, \d+ parameters: F1 ([\d.]+)"), together = Figure(output, @"with transitions, \d+ parameters: F1 ([\d.]+)");
            Assert.True(together > 0.97 && together >= alone - 0.01);
            Assert.Equal(0, Figure(output, @"with transitions.*; (\d+) tags go on"));
        }
        ),
        ["lenet.cs"] = ("", output =>
        {
            Assert.True(Figure(output, @"lectures: 61,706 parameters, test accuracy ([\d.]+)") > 0.7);
            Assert.True(Figure(output, @"1998: 60,000 parameters, test accuracy ([\d.]+)") > 0.75);
        }
        ),
        ["neocognitron.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-neocognitron-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"planes 16, 100, 200, \d+, accuracy ([\d.]+)") > 0.6);
            Assert.True(Figure(output, @"shift 3: neocognitron ([\d.]+)") > Figure(output, @"shift 3: .* perceptron ([\d.]+)") + 0.1);
        }
        ),
        // Four hundred units do less well than a thousand, and far better than the series' own spread, which is 1.
        ["echo_state.cs"] = ($"400 1500 2 \"{Path.Combine(Path.GetTempPath(), "laminet-echo-sample")}\"", output =>
        {
            Assert.InRange(Figure(output, @"series: NRMSE at 84 steps ([\d.E-]+)"), 1e-7, 0.02);
            Assert.InRange(Figure(output, @"radius 0.8: .* later, are ([\d.E-]+) apart"), 0, 1e-9);
            Assert.True(Figure(output, @"radius 3: .* later, are ([\d.E-]+) apart") > 0.1);
        }
        ),
        ["liquid_state.cs"] = ($"- 4 \"{Path.Combine(Path.GetTempPath(), "laminet-liquid-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"liquid, .* test accuracy ([\d.]+)") > 0.85);
            Assert.InRange(Figure(output, @"a neuron spikes (\d+) times a second"), 5, 100);
        }
        ),
        // What is lost of an image; without the switches more.
        ["deconvolution.cs"] = ($"5000 3 \"{Path.Combine(Path.GetTempPath(), "laminet-deconvolution-sample")}\"", output =>
        {
            foreach (string layer in (string[])["max_pooling2d", "max_pooling2d_1"])
                Assert.InRange(Figure(output, $@"{layer}: .* ([\d.]+) are lost with switches"), 0.02, 0.9 * Figure(output, $@"{layer}: .* ([\d.]+) without"));
        }
        ),
        ["inverse_graphics.cs"] = ($"250 \"{Path.Combine(Path.GetTempPath(), "laminet-inverse-sample")}\"", output =>
            Assert.InRange(Figure(output, @"unit 0: R2 ([\d.]+) on unseen poses"), 0.85, 1)),
        // What "not" does to what follows it cannot be told from the words one by one.
        ["trees.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-trees-sample.svg")}\"", output =>
        {
            Assert.True(Figure(output, @"rntn, .* test fine ([\d.]+)") > 0.9);
            Assert.True(Figure(output, @"lstm, .* test fine ([\d.]+)") > 0.9);
            Assert.True(Figure(output, @"lstm, .* binary ([\d.]+)") > 0.9);
            Assert.Contains("told: (1 (2 not) (3 (4 (2 very) (3 good)) (1 dull)))", output, StringComparison.Ordinal);
        }
        ),
        ["memory_network.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-memory-network-sample.svg")}\"", output => Assert.InRange(Figure(output, @"mean test error of 1 tasks: ([\d.]+)"), 0, 5)),
        // Of 3 to 9 bits half would be wrong by chance.
        ["turing_machine.cs"] = ($"small 1500 1 \"{Path.Combine(Path.GetTempPath(), "laminet-turing-sample")}\"", output => Assert.True(Figure(output, @"lengths 1 to 3: [\d.]+ of \d+ bits wrong, ([\d.]+) %") < 15)),
        // Gymnasium's bar for CartPole-v1.
        ["dqn.cs"] = ($"cartpole 1 \"{Path.Combine(Path.GetTempPath(), "laminet-dqn-sample")}\"", output => Assert.InRange(Figure(output, @"100 new starts: mean return ([\d.]+)"), 475, 500)),
        // A paddle that stays, or moves by chance, breaks less than one brick a game.
        ["pixel_game.cs"] = ($"12000 1 \"{Path.Combine(Path.GetTempPath(), "laminet-pixel-sample.gif")}\"", output => Assert.InRange(Figure(output, @"100 new games: mean score ([\d.]+)"), 6, 30)),
        // Mirrored and shifted images are not learned by heart as quickly.
        ["cifar.cs"] = ("", output =>
        {
            double plain = Figure(output, @"without augmentation: .* test accuracy ([\d.]+)"), augmented = Figure(output, @"with augmentation: .* test accuracy ([\d.]+)");
            Assert.True(plain > 0.78 && augmented > plain, $"{augmented} with augmentation, {plain} without");
            Assert.True(Figure(output, @"with augmentation: .* gap ([\d.]+)") + 0.04 < Figure(output, @"without augmentation: .* gap ([\d.]+)"));
        }
        ),
        // With few examples a network that knows other clothes is ahead.
        ["transfer.cs"] = ("", output =>
        {
            double scratch = Figure(output, @"\n +40 +([\d.]+)"), tuned = Figure(output, @"\n +40 .*MB +.*MB +([\d.]+)");
            Assert.True(tuned > scratch, $"{tuned} after training on other clothes, {scratch} from scratch");
            Assert.True(Figure(output, @"\n +400 +([\d.]+)") > 0.8);
        }
        ),
        ["two_inputs.cs"] = ("3", output =>
        {
            Assert.InRange(Figure(output, @"kind accuracy ([\d.]+)"), 0.78, 0.9);
            double deviation = Figure(output, @"prices vary by ([\d.]+)");
            Assert.InRange(Figure(output, @"price off by ([\d.]+)"), 0, deviation / 2);
        }
        ),
        ["scan_rnn.cs"] = ("20", output => Assert.InRange(Figure(output, @"new sequences: mean squared error ([\d.]+)"), 0, 0.03)),
        ["exploding.cs"] = ("20", output =>
        {
            Assert.True(Figure(output, @"the largest norm of W's gradient without clipping: ([\d.E+]+)") > 1000);
            Assert.InRange(Figure(output, @"with clipping: mean squared error ([\d.]+)"), 0, Figure(output, @"that of always answering the mean: ([\d.]+)") / 2);
        }
        ),
        ["decode.cs"] = ("128", output =>
        {
            string tokens = Regex.Match(output, "the first 64 of 128 tokens: (.{64})").Groups[1].Value;
            Assert.InRange(tokens.Distinct().Count(), 8, 64);
            Assert.Matches("with 16 of 128 positions in use, .+ ms with 128", output);
        }
        ),
        ["convolution_matrix.cs"] = ("", output =>
        {
            Assert.Contains("feature map: 4 3 4 / 2 4 3 / 2 3 4", output, StringComparison.Ordinal);
            Assert.Contains("matrix times image: 4 3 4 / 2 4 3 / 2 3 4", output, StringComparison.Ordinal);
            Assert.Contains("with stride 2: 4 4 / 2 4", output, StringComparison.Ordinal);
            Assert.Contains("1 maps by kernels of 2 x 2: 4 parameters", output, StringComparison.Ordinal);
            Assert.Contains("100 maps by kernels of 2 x 2: 400 parameters", output, StringComparison.Ordinal);
            Assert.Contains("400 x 400 x 3 to 1000, dense: 480001000 parameters", output, StringComparison.Ordinal);
            Assert.Contains("400 x 400 x 3 to 480000, dense: 230400480000 parameters", output, StringComparison.Ordinal);
            Assert.Contains("45 of 225 entries", output, StringComparison.Ordinal);
            Assert.Matches("convolve then shift: largest difference 0", output);
        }
        ),
        ["pooling.cs"] = ("", output =>
        {
            Assert.Contains("max pooling of the lecture's 4 x 4: 4 5 3 4", output, StringComparison.Ordinal);
            Assert.Contains("average pooling of it: 2.5 3 1.25 2", output, StringComparison.Ordinal);
            Assert.True(Figure(output, @"no pooling: .* by (\d+) %") > 2 * Figure(output, @"maximum 4 x 4: .* by (\d+) %") - 10);
            Assert.True(Figure(output, @"global maximum: .* by (\d+) %") < 10);
        }
        ),
        ["filters.cs"] = ("", output => Assert.Contains("Laplacian of a plane: at most 0", output, StringComparison.Ordinal)),
        ["seeing.cs"] = ($"2 \"{Path.Combine(Path.GetTempPath(), "laminet-seeing-sample")}\"", output =>
        {
            double sum = Figure(output, @"add up to (-?[\d.]+)"), difference = Figure(output, @"that of black by (-?[\d.]+)");
            Assert.InRange(sum, difference - 0.05 * Math.Abs(difference) - 0.02, difference + 0.05 * Math.Abs(difference) + 0.02);
            Assert.True(Figure(output, @"its logit from (?:-?[\d.]+) to (-?[\d.]+)") > Figure(output, @"its logit from (-?[\d.]+)") + 2);
            Assert.InRange(Figure(output, @"sees the boot in (\d+) ?% of the picture"), 3, 70);
            Assert.InRange(Figure(output, @"divergence ([\d.]+)"), 0.1, 1.5);
        }
        ),
        // As on CamVid: the whole picture, the road, and the classes alike.
        ["roads.cs"] = ($"0.1 \"{Path.Combine(Path.GetTempPath(), "laminet-roads-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"global accuracy ([\d.]+)") > 0.93);
            Assert.True(Figure(output, @"road IoU ([\d.]+)") > 0.75);
            Assert.True(Figure(output, @"mean IoU ([\d.]+)") > 0.65);
        }
        ),
        ["counts.cs"] = ("25", output => Assert.True(Figure(output, @"poisson: .* rate ([\d.]+)") < Figure(output, @"mse: .* rate ([\d.]+)"))),
        // A count that is always the mean's is what the network has to beat.
        ["cells.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-cells-sample.png")}\"", output =>
        {
            Assert.True(Figure(output, @"mean average precision at IoU 0.5: ([\d.]+)") > 0.8);
            Assert.True(Figure(output, @"RBC +counted: Poisson deviance ([\d.]+)") < Figure(output, @"RBC .*always the mean ([\d.]+)") / 2);
            Assert.True(Figure(output, @"Platelets counted: Poisson deviance ([\d.]+)") < Figure(output, @"Platelets .*always the mean ([\d.]+)"));
        }
        ),
        ["hidden_units.cs"] = ("100", output => Assert.True(Figure(output, @"16 hidden units.* error ([\d.]+)") < Figure(output, @" 1 hidden units.* error ([\d.]+)") / 5)),
        ["saturation.cs"] = ("2", output =>
        {
            Assert.True(Figure(output, @"sigmoid: gradient .*share of the last one's: ([\d.E-]+)") < 0.01);
            Assert.All((string[])["relu", "parametric relu"], name =>
            {
                Assert.InRange(Figure(output, $@"\n{name}: gradient .*share of the last one's: ([\d.E-]+)"), 0.3, 3);
                Assert.True(Figure(output, @"sigmoid: first .* accuracy after 2 epochs ([\d.]+)") + 0.2 < Figure(output, $@"\n{name}: first .* accuracy after 2 epochs ([\d.]+)"));
            });
            // Training has changed them.
            Assert.True(Figure(output, @"mean size in each layer: ([\d.]+)") > 0);
        }
        ),
        ["outliers.cs"] = ("25", output => Assert.True(Figure(output, @"deep: .* loss ([\d.]+)") > 2 * Figure(output, @"deep: .* Huber's ([\d.]+)"))),
        ["deep_regression.cs"] = ("60", output =>
        {
            double deep = Figure(output, @"deep: .* RMSE ([\d.]+)");
            Assert.True(deep < Figure(output, @"shallow: .* RMSE ([\d.]+)") && deep < Figure(output, @"linear: .* RMSE ([\d.]+)"));
        }
        ),
        ["batch_normalization.cs"] = ("1", output => Assert.True(Figure(output, @"sigmoid, rate  0.1: test accuracy ([\d.]+)") + 0.1 < Figure(output, @"sigmoid, rate  0.1: .* without, ([\d.]+) with"))),
        ["sparsity.cs"] = ("1", output => Assert.InRange(Figure(output, @"relu: .* after (\d+) %"), 15, 80)),
        ["nuisance.cs"] = ("10", output => Assert.True(Figure(output, @" input: R² of the noise ([\d.]+)") > 0.9 && Figure(output, @"dense_2: R² of the noise ([\d.]+)") < 0.4)),
        ["learning_curve.cs"] = ("1000", output => Assert.True(Figure(output, @"\n +1000 +([\d.]+)") > Figure(output, @"\n +100 +([\d.]+)") + 0.05)),
        ["masked_lstm.cs"] = ("3", output =>
        {
            Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.7);
            Assert.EndsWith("the same", output.Trim(), StringComparison.Ordinal);
        }
        ),
        ["rows.cs"] = ("2", output => Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.65)),
        ["memory.cs"] = ("3 5", output =>
        {
            Assert.All((string[])["orthogonal start", "LSTM", "LSTM with slow gates", "attention"], name => Assert.True(Figure(output, $@"lag  5: .* {name} ([\d.]+)") > 0.9));
            Assert.InRange(Figure(output, @"lag  5: simple RNN, small start ([\d.]+)"), 0, 0.7);
        }
        ),
        ["temperatures.cs"] = ("3", output => Assert.True(Figure(output, @"LSTM: ([\d.]+)") < Figure(output, @"persistence .*: ([\d.]+) degrees"))),
        ["radio.cs"] = ("3", output => Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.6)),
        ["sentiment_convnet.cs"] = ("5", output => Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.85)),
        // Words alone do not say what a "not" turns round.
        ["sentiment_bilstm.cs"] = ("10", output => Assert.True(Figure(output, @"bidirectional LSTM, .* accuracy ([\d.]+)") > Figure(output, @"on words: test accuracy ([\d.]+)") + 0.1)),
        // Adapters of a twentieth of the encoder learn what all of it learns; a head alone cannot tell the moods apart.
        ["fine_tuning.cs"] = ("", output => Assert.All((string[])["lora", "whole"], how => Assert.True(Figure(output, how + @": .* accuracy ([\d.]+)") > 0.85))),
        // The adapters learn to ask; without them the model is the old one, and merged it asks at its old speed.
        ["language_lora.cs"] = ("", output =>
        {
            Assert.InRange(Figure(output, @"new text: ([\d.]+)"), 1, 3);
            double after = Figure(output, @"a token before, ([\d.]+) after");
            Assert.InRange(after, 0, 0.6);
            Assert.Equal(after, Figure(output, @"merged: ([\d.]+)"), 0.002);
            Assert.Equal(Figure(output, @"old text: ([\d.]+)"), Figure(output, @"before, ([\d.]+) without"));
            Assert.InRange(Figure(output, @"trained, ([\d.]+) ?%"), 1, 10);
        }
        ),
        ["semantic_search.cs"] = ("", output =>
        {
            string[] found = [.. output.Split('\n').Skip(1).Take(2)];
            Assert.All(found, line => Assert.Contains("bank", line, StringComparison.Ordinal));
        }
        ),
        ["spoken_digits.cs"] = ("4", output => Assert.True(Figure(output, @"convnet on samples, .* accuracy ([\d.]+)") > 0.8)),
        ["spoken_strings.cs"] = ("6", output => Assert.InRange(Figure(output, @"parameters: digit error ([\d.]+) %"), 0, 10)),
        ["signal_background.cs"] = ("15", output => Assert.InRange(Figure(output, @"ROC curve ([\d.]+)"), 0.8, 0.99)),
        ["shakespeare.cs"] = ("steps=25", output => Assert.InRange(Figure(output, @"validation loss ([\d.]+)"), 0, 2)),
        ["translation.cs"] = ("3", output =>
        {
            Assert.True(Figure(output, @"exact match ([\d.]+)") > 0.9);
            Assert.Contains("the same words: True", output, StringComparison.Ordinal);
        }
        ),
        ["translate.cs"] = ($"- luong 6 fr \"{Path.Combine(Path.GetTempPath(), "laminet-translate-sample")}\"", output => Assert.True(Figure(output, @"test: BLEU ([\d.]+)") > 90)),
        ["story_reader.cs"] = ("- transformer 12", output => Assert.True(Figure(output, @"test accuracy ([\d.]+)") > 0.95)),
        // By chance a tenth of the captions finds its picture among the first ten.
        ["captions.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-captions-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"recall .* at 10 of 100 ([\d.]+)") > 0.45);
            Assert.True(Figure(output, @"the best of 5 beams: BLEU-4 ([\d.]+)") > 0.5);
            Assert.True(Figure(output, @"joint space: BLEU-4 ([\d.]+)") > 0.5);
        }
        ),
        ["summaries.cs"] = ("", output =>
        {
            double random = Figure(output, @"a random caption ([\d.]+)");
            Assert.True(Figure(output, @"nearest to all ([\d.]+)") > random + 0.03);
            Assert.True(Figure(output, @"by the network ([\d.]+)") > random + 0.04);
        }
        ),
        ["storytelling.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-storytelling-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"in their places ([\d.]+)") > 2 * Figure(output, @"in their places [\d.]+ \(by chance ([\d.]+)"));
            Assert.True(Figure(output, @"whole orders ([\d.]+)") > 5 * Figure(output, @"whole orders [\d.]+ \(by chance ([\d.]+)"));
        }
        ),
        // Without skips the gradient explodes towards the input, 56 layers away; with them it stays as large as it is, and the loss falls.
        ["plain.cs"] = ($"40 - \"{Path.Combine(Path.GetTempPath(), "laminet-plain-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"plain: first to last convolution ([\d.E+]+) at the start") > 50);
            Assert.InRange(Figure(output, @"residual: first to last convolution ([\d.E+]+) at the start"), 0.3, 10);
            Assert.True(Figure(output, @"plain: .* ([\d.]+) in the last ten") > 2.2);
            Assert.True(Figure(output, @"residual: .* ([\d.]+) in the last ten") < 2.15);
        }
        ),
        // The deeper the layer, the more a linear classifier can read from it.
        ["handcrafted.cs"] = ($"400 - \"{Path.Combine(Path.GetTempPath(), "laminet-handcrafted-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"HOG .* accuracy ([\d.]+)") > 0.7);
            Assert.True(Figure(output, @"k-means patches .* accuracy ([\d.]+)") > 0.5);
            Assert.True(Figure(output, @"convnet .* accuracy ([\d.]+)") > 0.5);
            Assert.True(Figure(output, @"its layer 5 .* accuracy ([\d.]+)") > Figure(output, @"its layer 1 .* accuracy ([\d.]+)") + 0.1);
        }
        ),
        ["optimizers.cs"] = ($"300 \"{Path.Combine(Path.GetTempPath(), "laminet-optimizers-sample.png")}\"", output =>
        {
            Assert.InRange(Figure(output, @"momentum +[\d.]+ +(\d+)"), 20, Figure(output, @"gradient descent +[\d.]+ +(\d+)"));
            Assert.InRange(Figure(output, @"Adam +[\d.]+ +\d+ +([\d.E-]+)"), 0, 1e-3);
        }
        ),
        ["perceptron.cs"] = ($"\"{Path.Combine(Path.GetTempPath(), "laminet-perceptron-sample")}\"", output =>
        {
            Assert.InRange(Figure(output, @"separable: (\d+) mistakes"), 1, Figure(output, @"\^2 = (\d+)"));
            Assert.Equal(0, Figure(output, @"separable: .* (\d+) in the last"));
            Assert.Equal(1, Figure(output, @"separable: .* accuracy ([\d.]+)"));
            Assert.InRange(Figure(output, @"exclusive or: .* (\d+) in the last"), 1, 60);
        }
        ),
        ["support_vectors.cs"] = ($"- 700 \"{Path.Combine(Path.GetTempPath(), "laminet-support-sample")}\"", output =>
        {
            Assert.InRange(Figure(output, @"RBF kernel, .* test accuracy ([\d.]+)"), Figure(output, @"linear: test accuracy ([\d.]+)"), 0.9);
            Assert.InRange(Figure(output, @"two orders: .* duality gap at most ([\d.E+-]+)"), -1e-9, 1e-3);
            Assert.InRange(Figure(output, @"objectives differ by at most ([\d.E+-]+)"), 0, 1e-6);
            Assert.Equal(0, Figure(output, @"predictions that differ: (\d+)"));
        }
        ),
        ["fixed_features.cs"] = ($"- 4000 200 500 \"{Path.Combine(Path.GetTempPath(), "laminet-features-sample")}\"", output =>
        {
            double alone = Figure(output, @"outputs alone: test accuracy ([\d.]+)");
            Assert.InRange(alone, 0.7, 0.85);
            Assert.InRange(Figure(output, @"widths, too: test accuracy ([\d.]+)"), alone + 0.01, 0.9);
            Assert.InRange(Figure(output, @"extreme learning machine, .* accuracy ([\d.]+)"), 0.8, 0.9);
        }
        ),
        // Of 140 units each stands for one kind of clothes.
        ["kohonen.cs"] = ($"8 \"{Path.Combine(Path.GetTempPath(), "laminet-kohonen-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"colours: .* topographic error ([\d.]+)") < 0.1);
            Assert.True(Figure(output, @"clothes, unseen: quantization error ([\d.]+)") < Figure(output, @"clothes, at the start: quantization error ([\d.]+)"));
            Assert.True(Figure(output, @"clothes, unseen: .* topographic error ([\d.]+)") < 0.25);
            Assert.True(Figure(output, @"nearest unit: ([\d.]+)") > 0.65);
        }
        ),
        ["hopfield.cs"] = ($"300 2 \"{Path.Combine(Path.GetTempPath(), "laminet-hopfield-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"load 0.10: overlap ([\d.]+)") > 0.9);
            Assert.True(Figure(output, @"load 0.20: overlap ([\d.]+)") < 0.8);
            Assert.True(Figure(output, @"Storkey: overlap ([\d.]+)") > Figure(output, @"Hebb: overlap ([\d.]+)"));
            Assert.Equal(2, Regex.Count(output, "never up: True"));
            Assert.True(Figure(output, @"half of the pixels: ([\d.]+) ?% recalled") > 95);
        }
        ),
        // The farther it looks back, the better it knows its own text, and from some order on no longer unseen text.
        ["markov.cs"] = ($"- \"{Path.Combine(Path.GetTempPath(), "laminet-markov-sample.png")}\"", output =>
        {
            Assert.True(Figure(output, @"differ by at most ([\d.E+-]+)") < 1e-10);
            Assert.True(Figure(output, @"order 4: ([\d.]+)") < Figure(output, @"order 1: ([\d.]+)") / 2);
            Assert.True(Figure(output, @"order 2: .* text, ([\d.]+)") < Figure(output, @"order 5: .* text, ([\d.]+)"));
        }
        ),
        ["boltzmann.cs"] = ($"- 4 64 \"{Path.Combine(Path.GetTempPath(), "laminet-boltzmann-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"or, 0 hidden units: .*; ([\d.]+) ?% of") < 60);
            Assert.True(Figure(output, @"or, 1 hidden units: .*; ([\d.]+) ?% of") > 95);
            foreach (Match match in Regex.Matches(output, @"log Z ([\d.]+), estimated ([\d.]+)"))
                Assert.Equal(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), 1.0);
            Assert.Equal(2, Regex.Count(output, @"log Z [\d.]+, estimated"));
            Assert.True(Figure(output, @"pseudo-log-likelihood (-[\d.]+)") > -320);
            Assert.True(Figure(output, @"Gaussian units.*: ([\d.]+) ?% of the variance") > 40);
        }
        ),
        // The same network with the machines' weights and without them.
        ["belief_net.cs"] = ($"- 3 4 \"{Path.Combine(Path.GetTempPath(), "laminet-belief-net-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"1000 labels: test error ([\d.]+)") < Figure(output, @"1000 labels: .* ([\d.]+) ?% from a random start"));
            Assert.True(Figure(output, @"10000 labels: test error ([\d.]+)") < 25);
        }
        ),
        // Told the class, two latents are free for the rest; a greater beta uses fewer latents.
        ["vae.cs"] = ($"- 2 3 \"{Path.Combine(Path.GetTempPath(), "laminet-vae-sample")}\"", output =>
        {
            Assert.InRange(Figure(output, @"bound: ([\d.]+) nats"), 200, 310);
            Assert.True(Figure(output, @"told the class: ([\d.]+) nats") < Figure(output, @"2 latents: ([\d.]+) nats") - 5);
            Assert.True(Figure(output, @"beta 4, .* of these ([\d.]+)") < Figure(output, @"beta 1, .* of these ([\d.]+)") / 1.5);
        }
        ),
        ["autoencoders.cs"] = ($"- 4000 6 \"{Path.Combine(Path.GetTempPath(), "laminet-autoencoders-sample")}\"", output =>
        {
            Assert.True(Figure(output, @"plain, a code of 16: ([\d.]+) dB") > 13);
            Assert.True(Figure(output, @"parameters: ([\d.]+) dB") > 15);
            Assert.True(Figure(output, @"gain ([\d.]+) dB") > 4);
            Assert.True(Figure(output, @"sparse, 256 sigmoid units: mean activation ([\d.]+)") < Figure(output, @"dense, 256 sigmoid units: mean activation ([\d.]+)") / 3);
            Assert.True(Figure(output, @"contraction 0.001: \|dh/dx\|\^2 ([\d.]+)") < Figure(output, @"contraction 0: \|dh/dx\|\^2 ([\d.]+)") / 1.2);
        }
        ),
        ["patches.cs"] = ($"- 500 2 15 \"{Path.Combine(Path.GetTempPath(), "laminet-patches-sample")}\"", output =>
            Assert.True(Figure(output, @"mean of .* test error ([\d.]+) ?% learned") < Figure(output, @"mean of .* ([\d.]+) ?% from a random"))),
        ["residual.cs"] = ("", output => Assert.InRange(Figure(output, @"test accuracy ([\d.]+)"), 0.77, 0.9)),
    };

    public static TheoryData<string> Names => [.. Samples.Keys];

    /// <summary>Every second sample from the first on.</summary>
    public static TheoryData<string> Evens => [.. Samples.Keys.Where((_, i) => i % 2 == 0)];

    /// <summary>The others.</summary>
    public static TheoryData<string> Odds => [.. Samples.Keys.Where((_, i) => i % 2 == 1)];

    [Fact]
    public void Every_sample_is_here() =>
        Assert.Equal(Directory.GetFiles(Folder(), "*.cs").Select(Path.GetFileName).Order(), Samples.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_its_command(string name) =>
        Assert.Matches($@"^// .+\.  dotnet run (-c Release )?samples/{Regex.Escape(name)}$", File.ReadLines(Path.Combine(Folder(), name)).First(line => !line.StartsWith("#:", StringComparison.Ordinal)));

    /// <summary>A sample compiles for its user as it does here: its directives bring all that it uses.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Names_the_projects_and_packages_that_it_uses(string name)
    {
        string[] lines = [.. File.ReadLines(Path.Combine(Folder(), name)).TakeWhile(line => line.StartsWith("#:", StringComparison.Ordinal))];
        string[] named = [.. lines.Where(line => line.StartsWith("#:project ", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)!];
        HashSet<string> brought = [.. named.SelectMany(Closure)];

        Assert.NotEmpty(named);
        Assert.All(References(name).Where(used => used.StartsWith("Laminet", StringComparison.Ordinal)), used => Assert.Contains(used, brought));
        if (References(name).Any(used => used.StartsWith("Microsoft.ML", StringComparison.Ordinal)))
            Assert.Contains("#:package Microsoft.ML", lines);

        static IEnumerable<string> Closure(string assembly) =>
            [assembly, .. References(assembly + ".dll").Where(used => used.StartsWith("Laminet", StringComparison.Ordinal)).SelectMany(Closure)];
    }

    /// <summary>A program of tensors alone, and one that brings a native library.</summary>
    [Theory]
    [InlineData("xor.cs")]
    [InlineData("perceptron.cs")]
    public Task Runs_by_its_command(string name) => Run(["run", "-c", "Release", Path.Combine(Folder(), name)], name, Samples[name].Arguments, Samples[name].Check);

    /// <summary>Runs a sample and looks at what it prints.</summary>
    internal static Task Run(string name) => Run(name, Samples[name].Arguments, Samples[name].Check);

    /// <summary>Runs a sample with other arguments than the usual ones.</summary>
    internal static Task Run(string name, string arguments, Action<string> check)
    {
        string tests = Path.ChangeExtension(typeof(SampleTests).Assembly.Location, null);
        return Run(["exec", "--runtimeconfig", tests + ".runtimeconfig.json", "--depsfile", tests + ".deps.json", Compiled(name)], name, arguments, check);
    }

    private static async Task Run(string[] command, string name, string arguments, Action<string> check)
    {
        ProcessStartInfo start = new("dotnet", $"{string.Join(' ', command.Select(part => $"\"{part}\""))} {arguments}")
        {
            WorkingDirectory = Folder(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}:\n{output}\n{await errors}");
        check(output);
    }

    private static string Compiled(string name) => Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(name, ".dll"));

    private static string[] References(string name)
    {
        using PEReader file = new(File.OpenRead(Compiled(name)));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(one => metadata.GetString(metadata.GetAssemblyReference(one).Name))];
    }

    internal static double Figure(string output, string pattern) =>
        double.Parse(Regex.Match(output, pattern).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Folder([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "samples"));
}
