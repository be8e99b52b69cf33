using System.Globalization;
using Google.Protobuf;
using Laminet.Configuration;
using Laminet.Files;
using Laminet.Formats.Messages.TensorBoard;
using Laminet.Formats.Records;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Watching;

/// <summary>
/// Writes figures, histograms, pictures, texts and more for TensorBoard into an event file. <c>tensorboard --logdir DIR</c> shows all files of a
/// folder, each folder inside it as a run. Use it in a training loop of your own; for Fit there is <see cref="TensorBoard"/>.
/// </summary>
/// <remarks>
/// A thread of the writer's own writes the file, at the latest <c>flushInterval</c> after a call. A process that is killed at any moment leaves a
/// file that TensorBoard reads, with all that was written until then. Call <see cref="Dispose"/> at the end. The methods may be called by several threads.
/// </remarks>
/// <example><code>
/// using var writer = new TensorBoardWriter("logs/gan");
/// for (int step = 0; step &lt; 100; step++)
///     writer.AddScalar("loss", 1.0 / (step + 1), step);
/// </code></example>
public sealed class TensorBoardWriter : IDisposable
{
    private const int FlushCount = 256, DefaultBuckets = 30, DefaultThresholds = 201;

    private readonly RecordFile file;
    private readonly ProjectorFiles projector;
    private readonly TimeProvider clock;
    private bool hasHyperparameters, isDisposed;

    /// <summary>Starts a new file. An earlier one in the folder stays, and TensorBoard shows both as one run.</summary>
    /// <param name="logDir">The folder; it is created.</param>
    /// <param name="resumeStep">For a training that goes on: TensorBoard leaves out what earlier files have from this step on. Null if nothing is to be left out.</param>
    /// <param name="flushInterval">How long a call waits at most to be written; 5 seconds by default.</param>
    /// <exception cref="IOException">The file cannot be written. The message says why.</exception>
    public TensorBoardWriter(string logDir, long? resumeStep = null, TimeSpan? flushInterval = null) : this(logDir, resumeStep, flushInterval, TimeProvider.System)
    {
    }

    internal TensorBoardWriter(string logDir, long? resumeStep, TimeSpan? flushInterval, TimeProvider clock, RecordFile.WriteAt? write = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(logDir);
        if (flushInterval is { } interval && (interval <= TimeSpan.Zero || interval > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(nameof(flushInterval),
                string.Create(CultureInfo.InvariantCulture, $"Received a flush interval of {interval}; expected more than 0 and at most a day, as in TimeSpan.FromSeconds(5)."));
        }

        this.clock = clock;
        AtomicFile.CreateDirectory(logDir);
        projector = new ProjectorFiles(logDir);
        FilePath = NewName(logDir, clock.GetUtcNow().ToUnixTimeSeconds());
        file = new RecordFile(FilePath, new EventFraming(), keep: null, flushInterval ?? TimeSpan.FromSeconds(5), FlushCount, write);
        try
        {
            Event first = NewEvent(0);
            first.FileVersion = "brain.Event:2";
            file.Add(first);
            if (resumeStep is { } step)
            {
                Event session = NewEvent(step);
                session.SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start };
                file.Add(session);
            }

            Flush();
        }
        catch
        {
            // The callback tries again with each batch: no thread and no empty file may stay behind.
            file.Abandon();
            throw;
        }
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary>Adds a figure, as float32.</summary>
    /// <param name="tag">The name; figures with the same beginning up to a slash are shown together.</param>
    /// <param name="value">The figure; NaN and infinity are allowed.</param>
    /// <param name="step">The place on the axis.</param>
    public void AddScalar(string tag, double value, long step) => Add(step, EventMessages.Scalar(Checked(tag), value));

    /// <summary>Adds how numbers are distributed, such as those of a weight or of its gradient. NaN and infinity are left out.</summary>
    /// <param name="tag">The name.</param>
    /// <param name="values">The numbers, in any shape and type.</param>
    /// <param name="step">The place on the axis.</param>
    /// <param name="buckets">The number of buckets of equal width.</param>
    public void AddHistogram(string tag, Tensor values, long step, int buckets = DefaultBuckets)
    {
        ArgumentNullException.ThrowIfNull(values);
        Setting.Require(buckets, buckets >= 1, "1 or more");
        Add(step, EventMessages.Histogram(Checked(tag), HistogramBuckets.Of(Numbers(values), buckets)));
    }

    /// <summary>Adds pictures.</summary>
    /// <param name="tag">The name.</param>
    /// <param name="images">
    /// One picture (height, width, channels), or several (count, height, width, channels); 1 channel: grey, 2: grey and alpha, 3: red, green, blue,
    /// 4: with alpha. UInt8 from 0 to 255, or floats from 0 to 1: smaller and larger ones are cut off.
    /// </param>
    /// <param name="step">The place on the axis.</param>
    /// <param name="most">How many of several pictures are written.</param>
    /// <exception cref="ShapeException">The shape is another one.</exception>
    /// <exception cref="DTypeException">The type is another one.</exception>
    public void AddImages(string tag, Tensor images, long step, int most = 3)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (images.Rank is not (3 or 4) || images.Shape[^1] is < 1 or > 4 || images.Length == 0)
            throw new ShapeException($"AddImages: received {images.Spec}; expected (height, width, channels) or (count, height, width, channels) with 1 to 4 channels. Reshape them.");
        if (images.DType != DType.UInt8 && !images.DType.IsFloat())
            throw new DTypeException($"AddImages: received {images.Spec}; expected UInt8 (0 to 255) or floats (0 to 1). Cast them.");
        (int height, int width, int channels) = (images.Shape[^3], images.Shape[^2], images.Shape[^1]);
        int size = height * width * channels, count = Math.Min(most, images.Length / size);
        byte[] pixels = Pixels(images);
        Add(step, EventMessages.Images(Checked(tag), width, height,
            [.. Enumerable.Range(0, count).Select(place => PngImage.Encode(pixels.AsSpan(place * size, size), height, width, channels))]));
    }

    /// <summary>Adds a text.</summary>
    /// <param name="tag">The name.</param>
    /// <param name="text">The text, in Markdown.</param>
    /// <param name="step">The place on the axis.</param>
    public void AddText(string tag, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        Add(step, EventMessages.Text(Checked(tag), text));
    }

    /// <summary>Adds the graph of a model's layers. A file holds one graph.</summary>
    /// <param name="model">The model, which has seen the shape of its input.</param>
    /// <exception cref="InvalidOperationException">The model has not seen the shape of its input.</exception>
    public void AddGraph(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Event message = NewEvent(0);
        message.GraphDef = LayerGraphMessage.Of(model).ToByteString();
        file.Add(message);
    }

    /// <summary>
    /// Adds precision and recall at thresholds from 0 to 1 for a task of two classes. Source of the form: TensorBoard's plugin for such curves.
    /// </summary>
    /// <param name="tag">The name.</param>
    /// <param name="labels">0 or 1 for each example, in any type.</param>
    /// <param name="predictions">A probability for each example, in the same shape.</param>
    /// <param name="step">The place on the axis.</param>
    /// <param name="thresholds">The number of thresholds.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentException">A label or a probability is below 0, above 1 or NaN.</exception>
    public void AddPrecisionRecallCurve(string tag, Tensor labels, Tensor predictions, long step, int thresholds = DefaultThresholds)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(thresholds, 2);
        if (labels.Shape != predictions.Shape)
            throw new ShapeException($"AddPrecisionRecallCurve: received labels of shape {labels.Shape} and predictions of shape {predictions.Shape}; expected the same. Reshape one.");
        double[] truth = Numbers(labels), guesses = Numbers(predictions);
        Require(truth, "the label", nameof(labels));
        Require(guesses, "the prediction", nameof(predictions));
        Add(step, EventMessages.PrecisionRecallCurve(Checked(tag), PrecisionRecall.Of(truth, guesses, thresholds), thresholds));

        static void Require(double[] numbers, string what, string parameter)
        {
            int wrong = Array.FindIndex(numbers, number => number is not (>= 0 and <= 1));
            if (wrong >= 0)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"AddPrecisionRecallCurve: received {what} {numbers[wrong]} at place {wrong}; expected numbers from 0 to 1. Use a sigmoid on logits."), parameter);
            }
        }
    }

    /// <summary>
    /// Adds the settings of a training, which TensorBoard compares over the runs of a folder. Once a file. When the writer is disposed of, the
    /// training counts as complete.
    /// </summary>
    /// <param name="hyperparameters">Numbers, texts and truth values by name.</param>
    /// <param name="metrics">Tags of figures by which runs are compared; a folder inside this one before a colon, as in <c>validation:epoch_loss</c>.</param>
    /// <exception cref="ArgumentException">A value is of another type.</exception>
    /// <exception cref="InvalidOperationException">They have been added already.</exception>
    public void AddHyperparameters(IReadOnlyDictionary<string, object> hyperparameters, params IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(hyperparameters);
        ArgumentNullException.ThrowIfNull(metrics);
        if (hasHyperparameters)
            throw new InvalidOperationException("AddHyperparameters: they have been added already, and a run has one set. Use another folder for another run.");
        double now = Seconds();
        Experiment experiment = new() { TimeCreatedSecs = now };
        SessionStartInfo start = new() { StartTimeSecs = now };
        foreach ((string name, object value) in hyperparameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var written = EventMessages.Hyperparameter(name, value);
            start.Hparams[name] = written;
            experiment.HparamInfos.Add(new HParamInfo { Name = name, Type = written.HasBoolValue ? HParamType.DataTypeBool : written.HasStringValue ? HParamType.DataTypeString : HParamType.DataTypeFloat64 });
        }

        foreach (string metric in metrics)
        {
            int colon = metric.IndexOf(':', StringComparison.Ordinal);
            experiment.MetricInfos.Add(new MetricInfo { Name = new MetricName { Group = metric[..Math.Max(0, colon)], Tag = metric[(colon + 1)..] } });
        }

        Add(0, EventMessages.Hyperparameters("experiment", new HParamsPluginData { Experiment = experiment }));
        Add(0, EventMessages.Hyperparameters("session_start_info", new HParamsPluginData { SessionStartInfo = start }));
        hasHyperparameters = true;
    }

    /// <summary>Writes vectors for the projector, with a label for each if given. The files lie beside the event file and are written before the method returns.</summary>
    /// <param name="name">The name; vectors of the same name are replaced.</param>
    /// <param name="vectors">Shape (count, length).</param>
    /// <param name="labels">A text for each vector.</param>
    /// <exception cref="ShapeException">The vectors are no table.</exception>
    /// <exception cref="ArgumentException">There is not a label for each vector.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void AddEmbedding(string name, Tensor vectors, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (labels is not null && vectors.Rank > 0 && labels.Count != vectors.Shape[0])
            throw new ArgumentException($"The embedding '{name}': received {labels.Count} labels for {vectors.Shape[0]} vectors; expected one for each.", nameof(labels));
        lock (projector)
            projector.Write(Checked(name), vectors, labels is null ? null : projector.WriteLabels(name, labels));
    }

    /// <summary>Waits until all that was added is in the file.</summary>
    /// <exception cref="IOException">It cannot be written, as on a full disk. It is kept and tried again, up to 16 MiB.</exception>
    public void Flush() => file.Flush();

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose() => Close(Status.Success);

    /// <summary>Closes the file, and says how the training ended if there are hyperparameters.</summary>
    internal void Close(Status ending)
    {
        if (isDisposed)
            return;
        isDisposed = true;
        if (hasHyperparameters)
        {
            Add(0, EventMessages.Hyperparameters("session_end_info", new HParamsPluginData { SessionEndInfo = new SessionEndInfo { Status = ending, EndTimeSecs = Seconds() } }));
        }

        file.Dispose();
    }

    /// <summary>Adds values of one step together.</summary>
    internal void Add(long step, params ReadOnlySpan<Summary.Types.Value> values)
    {
        Event message = NewEvent(step);
        message.Summary = new Summary();
        message.Summary.Value.AddRange(values);
        file.Add(message);
    }

    private static string Checked(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return tag;
    }

    private static double[] Numbers(Tensor tensor)
    {
        double[] numbers = new double[tensor.Length];
        tensor.CopyToDoubles(numbers);
        return numbers;
    }

    private static byte[] Pixels(Tensor images) => images.DType == DType.UInt8
        ? images.ToArray<byte>()
        // NaN is black: a comparison with it is false.
        : [.. Numbers(images).Select(value => value > 0 ? (byte)Math.Min(255, Math.Floor((value * 255) + 0.5)) : (byte)0)];

    // TensorBoard reads the files of a folder in the order of their names, which begin with a time: a later file has a later one.
    private static string NewName(string directory, long seconds)
    {
        const string beginning = "events.out.tfevents.";
        foreach (string earlier in Directory.EnumerateFiles(directory, beginning + "*"))
        {
            if (long.TryParse(Path.GetFileName(earlier)[beginning.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long its) && its >= seconds)
                seconds = its + 1;
        }

        string host = string.Concat(Environment.MachineName.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'));
        return Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{beginning}{seconds:D10}.{host}.{Environment.ProcessId}.0.v2"));
    }

    private Event NewEvent(long step) => new() { WallTime = Seconds(), Step = step };

    private double Seconds() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
}
