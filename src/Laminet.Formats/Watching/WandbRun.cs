using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Laminet.Files;
using Laminet.Formats.Messages.Wandb;
using Laminet.Formats.Records;

namespace Laminet.Formats.Watching;

/// <summary>The folder of an offline run: its log, from which <c>wandb sync</c> uploads it, and the files beside it.</summary>
internal sealed class WandbRun
{
    private const int FlushCount = 256, IdLength = 8;

    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(5);

    private readonly RecordFile file;
    private readonly TimeProvider clock;
    private readonly SortedDictionary<string, JsonNode?> summary = new(StringComparer.Ordinal);
    private readonly DateTimeOffset start;
    private long records;

    private WandbRun(string folder, string id, RecordFile file, WandbPosition position, TimeProvider clock)
    {
        (Folder, Id, this.file, this.clock, records, Steps) = (folder, id, file, clock, position.Records, position.Steps);
        start = clock.GetUtcNow() - TimeSpan.FromSeconds(position.Seconds);
    }

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>The name under which the server knows the run.</summary>
    public string Id { get; }

    /// <summary>How many steps the history has.</summary>
    public long Steps { get; private set; }

    /// <summary>Where a resumed training goes on. Waits until the log is written that far.</summary>
    /// <exception cref="IOException">The log cannot be written.</exception>
    public WandbPosition Position
    {
        get
        {
            file.Flush();
            return new WandbPosition(records, Steps, file.Length, Seconds);
        }
    }

    private double Seconds => (clock.GetUtcNow() - start).TotalSeconds;

    /// <summary>A new name for a run, as W&amp;B makes them.</summary>
    public static string NewId() => new(Random.Shared.GetItems<char>("abcdefghijklmnopqrstuvwxyz0123456789", IdLength));

    /// <summary>Starts a run in a folder of its own.</summary>
    /// <param name="directory">The directory that holds, or will hold, the folder <c>wandb</c>.</param>
    /// <param name="run">What W&amp;B is to know of it.</param>
    /// <param name="config">The settings, for its tables.</param>
    /// <param name="earlier">Where an earlier folder of the same run ended; null for none.</param>
    /// <param name="clock">The time.</param>
    /// <param name="write">Writes the log; tests give one that fails.</param>
    public static WandbRun Start(string directory, RunRecord run, JsonObject config, WandbPosition? earlier, TimeProvider clock, RecordFile.WriteAt? write)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string stamp = clock.GetLocalNow().ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture), folder = Path.Combine(directory, "wandb", $"offline-run-{stamp}-{run.RunId}");
        AtomicFile.CreateDirectory(Path.Combine(folder, "files"));
        RecordFile file = new(LogOf(folder, run.RunId), new RunLogFraming(), keep: null, FlushInterval, FlushCount, write);
        try
        {
            WandbRun started = new(folder, run.RunId, file, (earlier ?? new WandbPosition(0, 0, 0, 0)) with { Records = 0 }, clock);
            run.StartTime = Timestamp.FromDateTimeOffset(now);
            run.Host = Environment.MachineName;
            run.StartingStep = started.Steps;
            run.Resumed = earlier is not null;
            run.Config = new ConfigRecord { Update = { config.Select(pair => new ConfigItem { Key = pair.Key, ValueJson = Json(pair.Value) }) } };
            started.Add(new Record { Header = new HeaderRecord { VersionInfo = new VersionInfo { Producer = ProgramName } } });
            started.Add(new Record { Run = run });
            // Once more by itself: programs that read the log take the settings from either place.
            started.Add(new Record { Config = run.Config });
            started.WriteFiles(config, now);
            return started;
        }
        catch
        {
            // The callback tries again with the next epoch: no thread may stay behind.
            file.Abandon();
            throw;
        }
    }

    /// <summary>Goes on in the folder of an interrupted run. What its log has beyond the position is cut off: it is written again.</summary>
    /// <returns>Null where the log is not there any more, or shorter than it was.</returns>
    public static WandbRun? Resume(string folder, string id, WandbPosition position, TimeProvider clock, RecordFile.WriteAt? write)
    {
        FileInfo log = new(LogOf(folder, id));
        return log.Exists && log.Length >= position.Length
            ? new WandbRun(folder, id, new RecordFile(log.FullName, new RunLogFraming(), position.Length, FlushInterval, FlushCount, write), position, clock)
            : null;
    }

    /// <summary>Says by which figure those with the same beginning are drawn, as in <c>epoch/epoch</c> for <c>epoch/*</c>.</summary>
    public void DefineAxis(string axis, string pattern)
    {
        Add(new Record { Metric = new MetricRecord { Name = axis, Options = new MetricOptions { Defined = true } } });
        Add(new Record { Metric = new MetricRecord { GlobName = pattern, StepMetric = axis, Options = new MetricOptions { StepSync = true, Defined = true } } });
    }

    /// <summary>Adds a step to the history.</summary>
    public void Log(IEnumerable<KeyValuePair<string, double>> figures)
    {
        double now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        HistoryRecord history = new() { Step = new HistoryStep { Num = Steps } };
        SummaryRecord update = new();
        foreach ((string name, double value) in figures.Append(new("_step", Steps)).Append(new("_runtime", Seconds)).Append(new("_timestamp", now)))
        {
            string text = Json(value);
            history.Item.Add(new HistoryItem { Key = name, ValueJson = text });
            update.Update.Add(new SummaryItem { Key = name, ValueJson = text });
            summary[name] = value;
        }

        Steps++;
        Add(new Record { History = history });
        Add(new Record { Summary = update });
    }

    /// <summary>Waits until the log is written, and writes the last figures to <c>wandb-summary.json</c>.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Flush()
    {
        file.Flush();
        Write("wandb-summary.json", $"{{{string.Join(", ", summary.Select(pair => $"{Json(pair.Key)}: {Json(pair.Value)}"))}}}\n");
    }

    /// <summary>Ends the run.</summary>
    /// <param name="exitCode">0 if it is complete; another number marks it as failed; null for one that is to go on.</param>
    public void Close(int? exitCode)
    {
        if (exitCode is { } code)
        {
            Add(new Record { Summary = new SummaryRecord { Update = { new SummaryItem { NestedKey = { "_wandb", "runtime" }, ValueJson = ((int)Seconds).ToString(CultureInfo.InvariantCulture) } } } });
            Add(new Record { Exit = new RunExitRecord { ExitCode = code, Runtime = (int)Seconds } });
            Add(new Record { Footer = new FooterRecord() });
        }

        file.Dispose();
    }

    private static string ProgramName => $"Laminet {typeof(WandbRun).Assembly.GetName().Version?.ToString(3)}";

    private static string LogOf(string folder, string id) => Path.Combine(folder, $"run-{id}.wandb");

    // Python's JSON, which W&B reads: it has NaN and Infinity.
    private static string Json(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue number when number.TryGetValue(out double real) && !double.IsFinite(real) => double.IsNaN(real) ? "NaN" : real > 0 ? "Infinity" : "-Infinity",
        JsonArray list => $"[{string.Join(", ", list.Select(Json))}]",
        JsonObject pairs => $"{{{string.Join(", ", pairs.Select(pair => $"{Json(pair.Key)}: {Json(pair.Value)}"))}}}",
        _ => value.ToJsonString(),
    };

    private void Add(Record record)
    {
        record.Num = ++records;
        file.Add(record);
    }

    private void WriteFiles(JsonObject config, DateTimeOffset now)
    {
        string[] arguments = Environment.GetCommandLineArgs();
        string program = arguments.Length > 0 ? Path.GetFileName(arguments[0]) : "", system = RuntimeInformation.OSDescription;
        JsonObject metadata = new()
        {
            ["os"] = system,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["startedAt"] = now.ToString("O", CultureInfo.InvariantCulture),
            ["program"] = program,
            ["args"] = new JsonArray([.. arguments.Skip(1).Select(argument => (JsonNode)argument)]),
            ["root"] = Environment.CurrentDirectory,
            ["host"] = Environment.MachineName,
            ["executable"] = Environment.ProcessPath,
            ["cpu_count_logical"] = Environment.ProcessorCount,
        };
        Write("wandb-metadata.json", metadata.ToJsonString() + "\n");
        Write("requirements.txt", $"Laminet=={typeof(WandbRun).Assembly.GetName().Version?.ToString(3)}\n");
        // JSON is YAML.
        StringBuilder settings = new();
        foreach ((string key, JsonNode? value) in config)
            settings.Append(Json(key)).Append(":\n    value: ").Append(Json(value)).Append('\n');
        Write("config.yaml", settings.ToString());
        Add(new Record
        {
            Environment = new EnvironmentRecord
            {
                Os = system,
                StartedAt = Timestamp.FromDateTimeOffset(now),
                Program = program,
                Args = { arguments.Skip(1) },
                Root = Environment.CurrentDirectory,
                Host = Environment.MachineName,
                Executable = Environment.ProcessPath ?? "",
                CpuCountLogical = (uint)Environment.ProcessorCount,
                WriterId = Id,
            },
        });
        Add(new Record { Files = new FilesRecord { Files = { Listed("wandb-metadata.json"), Listed("requirements.txt") } } });

        static FilesItem Listed(string name) => new() { Path = name, Policy = FilesItem.Types.PolicyType.End, Type = FilesItem.Types.FileType.Wandb };
    }

    private void Write(string name, string text) => AtomicFile.Write(Path.Combine(Folder, "files", name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

/// <summary>How far the log of a run is written.</summary>
/// <param name="Records">Its records.</param>
/// <param name="Steps">Those of them that are steps of the history.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Seconds">How long the training has run.</param>
internal sealed record WandbPosition(long Records, long Steps, long Length, double Seconds);
