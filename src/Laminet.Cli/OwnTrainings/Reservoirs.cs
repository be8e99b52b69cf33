using System.Globalization;
using Laminet.Estimators;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Networks whose connections are drawn and stay; only what reads them learns.</summary>
internal static class Reservoirs
{
    // Steps of a series to learn from, at most; a third as many units.
    private const int Steps = 3000;

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("echo-state", "an echo state network of 1,000 units goes on alone in a chaotic series, 2001", DrawnData.Source("mackey-glass", Series), Epochs: null, Batch: null, Echo),
        new("liquid-state", "a liquid state machine of 216 spiking neurons hears digits, 2002", RecordingData.Source, Epochs: null, Batch: null, Liquid),
    ];

    private static DrawnData Series(int? limit)
    {
        int count = Math.Min(limit ?? Steps, Steps);
        return new DrawnData("mackey-glass", count, "steps", string.Create(CultureInfo.InvariantCulture, $"{count:N0} training steps, 50 other series to test"));
    }

    private static Figures Echo(OwnRun run)
    {
        const int Tests = 50, WarmUp = 1000, Free = 1200, Horizon = 84;
        int steps = run.Count, units = steps / 3;
        Tensor series = MackeyGlass.Series(steps + 1, (int)run.Seed);
        EchoStateNetwork network = new() { Units = units, SpectralRadius = 0.8, Connectivity = Math.Clamp(5.0 / units, 0.01, 1), Washout = steps / 3, Alpha = 0, RandomState = run.Seed };
        network.Fit(series.Slice(0, steps), series.Slice(1), run.Cancellation);
        run.PartDone(string.Create(CultureInfo.InvariantCulture, $"Outputs of {units:N0} units fitted"));
        network.Save(run.At("model.estimator"));

        // The seeds of the test series are the largest there are, so that no usual --seed gives a test series for training.
        Tensor tests = Tensor.Stack([.. Enumerable.Range(0, Tests).Select(number => MackeyGlass.Series(WarmUp + Free, int.MaxValue - number))]), truth = tests.Slice(WarmUp, axis: 1);
        Tensor free = network.Continue(tests.Slice(0, WarmUp, axis: 1), Free);
        double[] errors = ((free - truth).Square().Mean([0, 2]) / (tests - tests.Mean()).Square().Mean()).Sqrt().ToArray<double>(), times = [.. Enumerable.Range(1, Free)];
        Chart both = Chart.Lines([("series", times, Curve(truth)), ("network, alone", times, Curve(free))], "Mackey-Glass, tau 17", "steps", "tanh(x - 1)");
        (both.Width, both.Height) = (900, 300);
        both.Save(run.PicturePath);
        return [new("nrmse_84", errors[Horizon - 1]), new("nrmse_1200", errors[^1])];

        static double[] Curve(Tensor all) => all.At(0).Squeeze(1).ToArray<double>();
    }

    private static Figures Liquid(OwnRun run)
    {
        const int Side = 6;
        (IReadOnlyList<SpokenDigit> train, IReadOnlyList<SpokenDigit> test) = (run.Recordings.Train, run.Recordings.Test);
        SpokenSpectra spectra = new(train);
        LiquidStateMachine liquid = new(SpokenSpectra.Bands, Side, Side, Side, inputScale: 2, inputShare: 0.15, seed: run.Seed);
        Tensor x = Readings(train), testX = Readings(test);
        run.PartDone(string.Create(CultureInfo.InvariantCulture, $"{train.Count + test.Count:N0} recordings heard"));
        Pipeline reader = new(("scale", new StandardScaler()), ("svm", new LinearSVC { C = 1.0 / x.Shape[1], Tol = 0.01, MaxIter = 200 }));
        reader.Fit(x, Digits(train));
        reader.Save(run.At("model.estimator"));
        run.Save(("weights", liquid.Weights), ("input_weights", liquid.InputWeights), ("is_inhibitory", liquid.IsInhibitory), ("band_means", spectra.Means), ("band_deviations", spectra.Deviations));
        Tensor shown = spectra.Of([train[0]]), spikes = liquid.Run(shown).Spikes;
        Image.Write(run.PicturePath, LiquidStateMachine.Picture(spikes.At(0), shown.At(0)));
        return
        [
            new("accuracy", reader.Score(x, Digits(train))), new("test_accuracy", reader.Score(testX, Digits(test))),
            new("spikes_a_second", spikes.Mean().ToDouble() / (liquid.StepsPerFrame * liquid.TimeStep / 1000)),
        ];

        Tensor Readings(IReadOnlyList<SpokenDigit> part) => spectra.Readings(part, sounds =>
        {
            run.Cancellation.ThrowIfCancellationRequested();
            return liquid.Run(sounds).Traces;
        });

        static Tensor Digits(IReadOnlyList<SpokenDigit> part) => Tensor.From([.. part.Select(one => one.Digit)]);
    }
}
