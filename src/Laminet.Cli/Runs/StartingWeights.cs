using System.Security.Cryptography;
using Laminet.Configuration;
using Laminet.Formats.Weights;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Transfer;
using Laminet.Transfer;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Runs;

/// <summary>What <c>--from</c> names: weights of another program for a network of the zoo, or a model of Laminet's.</summary>
internal sealed class StartingWeights
{
    private readonly string path;

    // Of a .laminet file, its model; of weights of other programs null.
    private readonly Model? whole;

    private StartingWeights(string path, Model? whole) => (this.path, this.whole) = (path, whole);

    /// <summary>Opens a file, once for a command.</summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="UsageException">It is not there.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of no format that is known.</exception>
    public static StartingWeights Open(string path)
    {
        if (Directory.Exists(path))
            throw new UsageException($"--from: '{path}' is a folder; expected a file. Of a run give its model.laminet.");
        if (!File.Exists(path))
            throw new UsageException($"--from: there is no file '{path}'; expected weights of PyTorch or Keras, or a .laminet file.");
        bool isModel;
        using (WeightFile file = WeightFile.Open(path))
            isModel = file.Format == WeightFormat.Laminet;
        return new StartingWeights(path, isModel ? Model.Load(path) : null);
    }

    /// <summary>The sum of a file.</summary>
    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The name of the network and the shape of its images.</summary>
    /// <param name="asked">The network the user names; null to recognise it.</param>
    /// <exception cref="UsageException">The network is none that has weights from elsewhere, or the model of the file takes no images.</exception>
    public (string Name, Shape Image) Describe(string? asked)
    {
        if (whole is null)
        {
            string name = asked is null ? Pretrained.Recognize(path) : Pretrained.Names.FirstOrDefault(known => known.Equals(asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"model: received '{asked}' together with --from; expected one of {string.Join(", ", Pretrained.Names)}, or leave the model out: the file tells which it is.{Suggestion.For(asked, Pretrained.Names)}");
            return (name, ModelCatalog.Find(name).InputShape);
        }

        if (asked is not null)
            throw new UsageException($"model: received '{asked}' together with --from and a .laminet file, which holds its own network. Leave the model out.");
        if (whole.Inputs.Count != 1 || whole.Outputs.Count != 1 || whole.Inputs.Only.PartialShape is not [_, not null, not null, 1 or 3 or 4])
        {
            throw new UsageException($"--from: the model of '{path}' takes {string.Join(", ", whole.Inputs)} and gives {string.Join(", ", whole.Outputs)}; "
                + "expected a model that takes images (None, height, width, channels) of known size with 1, 3 or 4 channels, and gives one output.");
        }

        // Not by the name in the file: the run's folder is called so.
        return (Path.GetFileNameWithoutExtension(path), whole.InputShape);
    }

    /// <summary>The network without its classifier.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="image">The shape of the images.</param>
    /// <exception cref="UsageException">The network takes images of another shape.</exception>
    public Model Network(string name, Shape image)
    {
        if (whole is not null)
        {
            return whole.InputShape.Equals(image) ? whole.WithoutTop()
                : throw new UsageException($"--from: the model of '{path}' takes images {whole.InputShape}; the data has {image}. Leave --size out, or take other data.");
        }

        try
        {
            return Pretrained.Load(path, name, image);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--from: {exception.Message.Split(" (Parameter")[0]}");
        }
    }
}
