using System.Globalization;
using System.Text;
using Laminet.Cli.Runs;
using Laminet.Files;
using Laminet.Layers;
using Laminet.Plots;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.OwnTrainings;

/// <summary>What an <see cref="OwnTraining"/> is given, and where it leaves what it has learned.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="data">What is learned from.</param>
/// <param name="surroundings">Its clock, and Ctrl+C, which ends the training.</param>
/// <param name="tell">Writes a line for people.</param>
internal sealed class OwnRun(RunFolder folder, OwnSettings settings, OwnData data, Surroundings surroundings, Action<string> tell) : IHasState
{
    // The figures of each epoch that is done.
    private readonly List<Figures> history = [];
    private readonly Variable epochs = new(Tensor.Scalar(0), "epochs", trainable: false);
    private readonly long started = surroundings.Clock.GetTimestamp();
    private Checkpoint? checkpoint;
    private int doneBefore;

    public OwnImages Images => (OwnImages)data;

    public TreeData Trees => (TreeData)data;

    public StoryData Stories => (StoryData)data;

    public RecordingData Recordings => (RecordingData)data;

    public LetterData Letters => (LetterData)data;

    /// <summary>How many examples there are to learn from.</summary>
    public int Count => data.Count;

    public ulong Seed => (ulong)settings.Seed;

    public int Epochs => settings.Epochs ?? 1;

    public int Batch => settings.Batch ?? 1;

    public CancellationToken Cancellation => surroundings.Interrupted;

    /// <summary>Whether the run was interrupted after an epoch, so that it goes on from there.</summary>
    public bool HasCheckpoint => File.Exists(folder.Checkpoint);

    /// <summary>How many epochs are done.</summary>
    public int EpochsDone => history.Count;

    /// <summary>How many there will be, or at most.</summary>
    public int MostEpochs { get; private set; } = settings.Epochs ?? 1;

    /// <summary>The epoch that <see cref="Train"/> has chosen to save, counted from 1.</summary>
    public int SavedEpoch { get; private set; }

    /// <summary>The figures of the last epoch.</summary>
    public Figures Last => history[^1];

    /// <summary>Since the start.</summary>
    public double Seconds => surroundings.Clock.GetElapsedTime(started).TotalSeconds;

    /// <summary>The file of the picture.</summary>
    public string PicturePath => At("picture.png");

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(epochs.Name, epochs)];

    /// <summary>A file in the run's folder.</summary>
    public string At(string name) => Path.Combine(folder.FullPath, name);

    /// <summary>Goes back to the last epoch of an interrupted run, if this is one; from here on every epoch can be gone back to.</summary>
    /// <param name="state">All that a resumed training needs in order to end in the same bits.</param>
    /// <param name="mostEpochs">How many epochs there are at most; null for those asked for.</param>
    public void Start(Checkpoint state, int? mostEpochs = null)
    {
        (checkpoint, MostEpochs) = (state, mostEpochs ?? MostEpochs);
        state["run"] = this;
        if (!state.TryRestore(folder.Checkpoint))
            return;
        history.AddRange(OwnHistory.Read(folder.History, epochs.Item<int>()));
        doneBefore = EpochsDone;
        tell($"Goes on after epoch {EpochsDone} of {MostEpochs}");
    }

    /// <summary>Trains epoch by epoch, from the start or from where it was interrupted.</summary>
    /// <param name="state">All that a resumed training needs in order to end in the same bits.</param>
    /// <param name="learn">Learns for one epoch, given its number from 0.</param>
    /// <param name="measure">The figures after it.</param>
    /// <param name="save">Saves what was learned.</param>
    /// <param name="worth">By whose maximum the epoch is chosen that is saved; null for the last one.</param>
    /// <returns>The figures of the epoch that is saved.</returns>
    public Figures Train(Checkpoint state, Action<int> learn, Func<Figures> measure, Action save, Func<Figures, double>? worth = null)
    {
        Start(state);
        while (EpochsDone < Epochs)
        {
            learn(EpochsDone);
            Figures figures = measure();
            EpochDone(figures, worth is null || history.TrueForAll(earlier => worth(earlier) < worth(figures)) ? save : () => { });
        }

        // The first of equal ones.
        (int saved, Figures best) = worth is null ? (EpochsDone - 1, Last) : history.Index().MaxBy(epoch => worth(epoch.Item));
        SavedEpoch = saved + 1;
        return best;
    }

    /// <summary>Trains a compiled model epoch by epoch, and saves it after each.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Its inputs.</param>
    /// <param name="y">Its targets; null if it has none.</param>
    /// <param name="measure">Draws the picture and gives the figures of an epoch.</param>
    public Figures Fit(Model model, Tensor x, Tensor? y, Func<Figures> measure)
    {
        // A model that learns its input's shape from the data has weights to restore from here on.
        model.Call(Tensor.ShapeOnly([1, .. x.Shape.Dimensions[1..]], x.DType));
        return Train(
            new Checkpoint { ["model"] = model, ["optimizer"] = model.Optimizer! },
            epoch =>
            {
                if (model.Fit(x, y, Batch, epochs: epoch + 1, initialEpoch: epoch, cancellationToken: Cancellation).WasCancelled)
                    throw new OperationCanceledException(Cancellation);
            },
            measure, () => model.Save(folder.Model));
    }

    /// <summary>Saves what an epoch has learned, writes its figures into history.csv and the checkpoint, and tells them with the time left.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="save">Saves what was learned.</param>
    /// <exception cref="InvalidOperationException">A figure is no number: the file of the epoch before stays.</exception>
    /// <exception cref="OperationCanceledException">The user has asked for the end.</exception>
    public void EpochDone(Figures figures, Action save)
    {
        if (figures.Find(figure => !double.IsFinite(figure.Value)) is { Key: { } lost })
        {
            throw new InvalidOperationException($"the {lost} of epoch {EpochsDone + 1} is no longer a number: the training has diverged. "
                + $"{(EpochsDone > 0 ? $"What was learned until epoch {EpochsDone} is saved. " : "")}Start a new run with another --seed{(settings.Batch is null ? "" : ", or a larger --batch")}.");
        }

        // The checkpoint is the last: if the process is killed before, the epoch is trained again, and all files get the same bits.
        save();
        history.Add(figures);
        OwnHistory.Write(folder.History, history);
        epochs.Assign<int>([EpochsDone]);
        checkpoint!.Save(folder.Checkpoint);
        double seconds = Seconds, left = seconds / (EpochsDone - doneBefore) * (MostEpochs - EpochsDone);
        tell(string.Create(CultureInfo.InvariantCulture, $"Epoch {EpochsDone}/{MostEpochs}  {seconds:F1} s{figures.Text()}{(left > 0 ? $"  about {TimeSpan.FromSeconds(Math.Ceiling(left)):c} left" : "")}"));
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Writes a line for people.</summary>
    public void Tell(string line) => tell(line);

    /// <summary>Tells a part of the work that has no epochs.</summary>
    /// <exception cref="OperationCanceledException">The user has asked for the end.</exception>
    public void PartDone(string what)
    {
        tell(string.Create(CultureInfo.InvariantCulture, $"{what}, {Seconds:F1} s"));
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Writes weights as model.safetensors.</summary>
    public void Save(params IEnumerable<(string Name, Tensor Tensor)> weights) => SafeTensors.Write(At("model.safetensors"), weights.ToDictionary(weight => weight.Name, weight => weight.Tensor));

    /// <summary>Writes the weights of a layer as model.safetensors, and the words that it knows as words.txt, each at the line of its number, counted from 0.</summary>
    public void Save(Layer network, IReadOnlyList<string> words) =>
        Save(((IHasState)network).State.Select(weight => (weight.Name, weight.Variable.Value)), words);

    /// <summary>Writes weights as model.safetensors, and the words that they belong to as words.txt, each at the line of its number, counted from 0.</summary>
    public void Save(IEnumerable<(string Name, Tensor Tensor)> weights, IReadOnlyList<string> words)
    {
        Save(weights);
        AtomicFile.Write(At("words.txt"), stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', words) + "\n")));
    }

    /// <summary>Reads the weights of a layer back from model.safetensors, which may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">They are not those of such a layer.</exception>
    public void Load(Layer network)
    {
        string path = At("model.safetensors");
        if (!File.Exists(path))
            throw new UsageException($"the run '{surroundings.Typed(folder.FullPath)}' has no model yet: no epoch is done. Resume it first: {folder.ResumeCommand(surroundings)}");
        IReadOnlyDictionary<string, Tensor> weights = SafeTensors.Read(path).Tensors;
        foreach ((string name, Variable variable) in ((IHasState)network).State)
        {
            if (!weights.TryGetValue(name, out Tensor? weight) || weight.Spec != variable.Value.Spec)
                throw new InvalidDataException($"{path} cannot be used: received {(weight is null ? "nothing" : weight.Spec)} for '{name}'; expected {variable.Value.Spec}. It was changed or is damaged; start a new run.");
            variable.Assign(weight);
        }
    }

    /// <summary>Draws grey images, (images, height, width) from 0 to 1, side by side as picture.png.</summary>
    public void Picture(Tensor images, int columns) =>
        Chart.ImageGrid(images.ExpandDims(-1).Clip(0.0, 1.0) * 255, columns: columns, side: Math.Max(16, Math.Max(images.Shape[1], images.Shape[2]))).Save(PicturePath);

    /// <summary>Kernels or weights of units as images, each from its least number to its greatest.</summary>
    public static Tensor Stretched(Tensor images)
    {
        Tensor least = images.Min([1, 2], keepDims: true), range = images.Max([1, 2], keepDims: true) - least;
        return (images - least) / (range + 1e-12);
    }
}
