using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Laminet.Formats.Weights.Bytes;
using Laminet.Formats.Weights.Hdf5;
using Laminet.Formats.Weights.Keras;
using Laminet.Formats.Weights.NumPy;
using Laminet.Formats.Weights.Onnx;
using Laminet.Formats.Weights.PyTorch;
using Laminet.Formats.Weights.Sharded;
using Laminet.Formats.Weights.TensorFlowJs;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Formats.Weights;

/// <summary>
/// An open file of weights that this or another program wrote: safetensors, NumPy, PyTorch, Keras, ONNX, TensorFlow.js. <see cref="Open"/> reads names, shapes and types, and
/// <see cref="WeightTensor.Read"/> reads the numbers of one tensor. Two formats keep all weights in one part of a zip file, and are read whole by <see cref="Open"/>:
/// <c>.laminet</c> and <c>.keras</c>. They take as much memory as their weights until the file is closed. Every file is treated as hostile. No code in it is run, only the files of weights
/// beside TensorFlow.js's <c>model.json</c> and Hugging Face's <c>model.safetensors.index.json</c> are opened with it, and sizes are checked before memory is allocated.
/// </summary>
/// <example><code>
/// using WeightFile file = WeightFile.Open("resnet20.th");
/// foreach (WeightTensor tensor in file.Tensors)
///     Console.WriteLine(tensor);
/// </code></example>
public sealed class WeightFile : IDisposable
{
    private const string Advice = "It is damaged, cut short or of another format; get or save it again.";

    private readonly ByteSource source;
    private readonly IDisposable? more;
    private bool isClosed;

    internal WeightFile(
        ByteSource source, WeightFormat format, IReadOnlyList<WeightTensor> tensors, IReadOnlyList<string>? notes = null, IDisposable? more = null, JsonObject? config = null)
    {
        (this.source, Format, Notes, this.more, Config) = (source, format, notes ?? [], more, config);
        Tensors = [.. tensors.Select(Guarded)];
        if (Tensors.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            throw source.Wrong($"it has the tensor '{twice.Key}' twice");
    }

    /// <summary>The file.</summary>
    public string Path => source.Name;

    /// <summary>Its format, recognised by its content.</summary>
    public WeightFormat Format { get; }

    /// <summary>The tensors, in the file's order.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>Remarks: what is in the file and was not read.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Whether the file describes the layers too, so that <see cref="KerasModel.Load(string)"/> can build the model.</summary>
    [MemberNotNullWhen(true, nameof(Config))]
    public bool HasLayers => Config is not null;

    /// <summary>The layers as Keras describes them.</summary>
    internal JsonObject? Config { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message says which is near.</exception>
    public WeightTensor this[string name] => Tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw new KeyNotFoundException($"{Path} has no tensor '{name}'.{Configuration.Suggestion.For(name, Tensors.Select(tensor => tensor.Name))}");

    /// <summary>Opens a file; of a model of TensorFlow.js, <c>model.json</c> or its folder.</summary>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of none of the formats; the message says what was found and what was expected.</exception>
    public static WeightFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path) && File.Exists(System.IO.Path.Combine(path, "model.json")))
            path = System.IO.Path.Combine(path, "model.json");
        FileBytes source = FileBytes.Open(path);
        try
        {
            return Guard(path, () => Recognised(source));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. Tensors that were read stay.</summary>
    public void Dispose()
    {
        isClosed = true;
        more?.Dispose();
        source.Dispose();
    }

    private static WeightFile Recognised(ByteSource source)
    {
        byte[] start = source.Read(0, Math.Min(source.Length, 512));
        ReadOnlySpan<byte> first = start;
        if (first.StartsWith("PK"u8))
            return OpenZip(source);
        if (first.StartsWith(Hdf5Reader.Signature))
            return KerasHdf5.Open(source);
        if (first.StartsWith(NpyHeader.Magic))
            return NumPyReader.OpenArray(source);
        if (TorchReader.IsLegacy(first))
            return TorchReader.OpenLegacy(source);
        if (first.Length > 9 && first[8] == '{')
            return OpenSafeTensors(source);
        if (first.Length > 0 && first.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..] && TensorFlowJsReader.ReadJson(source) is var json)
        {
            if (TensorFlowJsReader.IsModel(json))
                return TensorFlowJsReader.Open(source, json);
            if (ShardIndex.Is(json))
                return ShardIndex.Open(source, json);
        }

        if (OnnxReader.MayBe(first))
            return OnnxReader.Open(source);
        string what = first.IsEmpty ? "It is empty."
            : first.StartsWith("version https://git-lfs"u8) ? "It is a pointer of Git LFS, and not the file itself: get that with 'git lfs pull'."
            : first[0] == 0x80 ? "It is a pickle of Python without tensors of torch.save; pickles of other programs are refused. In Python, save the state dict: torch.save(model.state_dict(), path)."
            : first.Length > 262 && first.Slice(257, 5).SequenceEqual("ustar"u8) ? "It is a tar file, as PyTorch wrote before 2017, which is refused. Open it in PyTorch and save it again."
            : "Its content is of no format that is known.";
        throw new InvalidDataException($"{source.Name}: {what} The formats that can be read are safetensors, .laminet, .npy and .npz, PyTorch's .pt, .pth and .th, Keras's .h5, .weights.h5 and .keras, ONNX's .onnx, TensorFlow.js's model.json, and Hugging Face's model.safetensors.index.json.");
    }

    private static WeightFile OpenZip(ByteSource source)
    {
        ZipParts zip = new(source, new FileStream(source.Name, FileMode.Open, FileAccess.Read, FileShare.Read));
        try
        {
            if (zip.Has(KerasArchive.Config) && zip.Has(KerasArchive.Weights))
                return KerasArchive.Open(source, zip);
            if (TorchReader.PickleOf(zip) is { } pickle)
                return TorchReader.OpenZip(source, zip, pickle);
            if (zip.Has(ArchiveParts.Weights))
                return OpenLaminet(source, zip);
            if (zip.Names.Any(name => name.EndsWith(".npy", StringComparison.Ordinal)))
                return NumPyReader.OpenArchive(source, zip);
            throw new InvalidDataException($"{source.Name}: It is a zip file without weights; it holds {string.Join(", ", zip.Names.Take(10))}. "
                + "Expected parts of PyTorch (NAME/data.pkl), Keras (config.json and model.weights.h5), NumPy (.npy) or Laminet.");
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private static WeightFile OpenLaminet(ByteSource source, ZipParts zip)
    {
        using ArchiveReader archive = new(source.Name);
        SafeTensorsFile file = archive.ReadTensors(ArchiveParts.Weights);
        return new WeightFile(source, WeightFormat.Laminet, [.. file.Tensors.Select(pair => new WeightTensor(pair.Key, new TensorSpec(pair.Value.Shape, pair.Value.DType), () => pair.Value))], more: zip);
    }

    private static WeightFile OpenSafeTensors(ByteSource source)
    {
        SafeTensorsHeader header;
        long begin;
        using (Stream stream = source.Open(0, source.Length))
        {
            header = SafeTensorsHeader.Read(stream, source.Length, source.Name);
            begin = stream.Position;
        }

        return new WeightFile(source, WeightFormat.SafeTensors, [.. header.Entries.Select(entry => new WeightTensor(
            entry.Name, entry.Spec, () => entry.Read(source.Open(begin + entry.Begin, entry.End - entry.Begin), source.Name)))])
        {
            Producer = header.Metadata.GetValueOrDefault("format"),
        };
    }

    /// <summary>Which program safetensors say they are for, as in <c>pt</c>; null if they do not.</summary>
    internal string? Producer { get; init; }

    private WeightTensor Guarded(WeightTensor tensor) => new(tensor.Name, tensor.Spec, () =>
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        return Guard(Path, tensor.Read);
    }, tensor.Module, tensor.Part)
    { NotNeeded = tensor.NotNeeded, Identity = tensor.Identity };

    // Whatever a damaged file leads to becomes one exception that names it. What the system says of the file itself stays.
    private static T Guard<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw;
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            throw new InvalidDataException($"{source}: {Configuration.JsonForms.Reason(exception)}. {Advice}", exception);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(source, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{source}: {exception.Message.TrimEnd('.')}. {Advice}", exception);
        }
    }
}
