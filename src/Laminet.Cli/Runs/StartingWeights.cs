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
internal static class StartingWeights
{
    /// <summary>The name of the network and the shape of its images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="asked">The network the user names; null to recognise it.</param>
    /// <exception cref="UsageException">It is not there, or the network is none that has weights from elsewhere.</exception>
    public static (string Name, Shape Image) Describe(string path, string? asked)
    {
        if (!File.Exists(path))
        {
            throw new UsageException(Directory.Exists(path) ? $"--from: '{path}' is a folder; expected a file. Of a run give its model.laminet."
                : $"--from: there is no file '{path}'; expected weights of PyTorch or Keras, or a .laminet file.");
        }

        if (IsModel(path))
        {
            Model model = Model.Load(path);
            if (asked is not null)
                throw new UsageException($"model: received '{asked}' together with --from and a .laminet file, which holds its own network. Leave the model out.");
            if (model.Inputs.Count != 1 || model.Outputs.Count != 1 || model.Inputs.Only.PartialShape is not [_, not null, not null, 1 or 3 or 4])
            {
                throw new UsageException($"--from: the model of '{path}' takes {string.Join(", ", model.Inputs)} and gives {string.Join(", ", model.Outputs)}; "
                    + "expected a model that takes images (None, height, width, channels) of known size with 1, 3 or 4 channels, and gives one output.");
            }

            // Not by the name in the file: the run's folder is called so.
            return (Path.GetFileNameWithoutExtension(path), model.InputShape);
        }

        string name = asked is null ? Pretrained.Recognize(path) : Pretrained.Names.FirstOrDefault(known => known.Equals(asked, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"model: received '{asked}' together with --from; expected one of {string.Join(", ", Pretrained.Names)}, or leave the model out: the file tells which it is.{Suggestion.For(asked, Pretrained.Names)}");
        return (name, ModelCatalog.Find(name).InputShape);
    }

    /// <summary>The network without its classifier.</summary>
    /// <exception cref="UsageException">The file is not there any more, or its network takes images of another shape.</exception>
    public static Model Load(string path, string name, Shape image)
    {
        if (!File.Exists(path))
            throw new UsageException($"there is no file '{path}', from which the run starts. Restore it.");
        if (!IsModel(path))
        {
            try
            {
                return Pretrained.Load(path, name, image);
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"--from: {exception.Message.Split(" (Parameter")[0]}");
            }
        }

        Model model = Model.Load(path);
        return model.InputShape.Equals(image) ? model.WithoutTop()
            : throw new UsageException($"--from: the model of '{path}' takes images {model.InputShape}; the data has {image}. Leave --size out, or take other data.");
    }

    /// <summary>The sum of the file.</summary>
    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static bool IsModel(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        return file.Format == WeightFormat.Laminet;
    }
}
