using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Text.Corpora;
using Laminet.Text.Tokenizers;
using Laminet.Training;

namespace Laminet.Cli.Texts;

/// <summary>Texts with a class each.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Labels">The class of each.</param>
/// <param name="Classes">The names of the classes, in the order of their numbers.</param>
internal sealed record ClassifierData(IReadOnlyList<string> Texts, IReadOnlyList<int> Labels, IReadOnlyList<string> Classes)
{
    public const string Forms = "a file of lines LABEL, tab, TEXT, or a folder with a subfolder of .txt files for each class";

    /// <summary>Reads files and folders.</summary>
    /// <param name="surroundings">Gives the current directory.</param>
    /// <param name="asked">What the user names.</param>
    /// <param name="classes">The classes that a model knows; null to take those of the data.</param>
    /// <exception cref="UsageException">One is not there, or has a class that the model does not know.</exception>
    public static ClassifierData Read(Surroundings surroundings, IReadOnlyList<string> asked, IReadOnlyList<string>? classes = null)
    {
        (string Label, string Text)[] all = [.. asked.SelectMany(one => Directory.Exists(surroundings.FullPath(one)) ? OfFolder(surroundings.FullPath(one)) : OfTable(surroundings.ExistingFile(one)))];
        classes ??= [.. all.Select(one => one.Label).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Count < 2)
            throw new UsageException($"{string.Join(", ", asked)}: {(all.Length == 0 ? "there are no texts" : $"all texts have the class '{ErrorText.Printable(classes[0])}'")}; expected two classes or more, in {Forms}.");
        Dictionary<string, int> numbers = classes.Index().ToDictionary(one => one.Item, one => one.Index);
        int unknown = Array.FindIndex(all, one => !numbers.ContainsKey(one.Label));
        return unknown < 0 ? new([.. all.Select(one => one.Text)], [.. all.Select(one => numbers[one.Label])], classes)
            : throw new UsageException($"text {unknown + 1} has the class '{ErrorText.Printable(all[unknown].Label)}'; expected one of those the model knows: {string.Join(", ", classes.Select(ErrorText.Printable))}.");
    }

    /// <summary>The tokens of the texts with their labels, one by one and in order.</summary>
    public Dataset Examples(Tokenizer tokenizer, int length) =>
        Dataset.FromRagged([.. Texts.Select(text => Tokens(tokenizer, text, length))], Tensor.From([.. Labels], [Labels.Count]));

    /// <summary>The lengths that batches are padded to: few, so that few programs are compiled.</summary>
    public static IReadOnlyList<int> Buckets(int length) => [.. Enumerable.Range(4, 20).Select(power => 1 << power).TakeWhile(bucket => bucket < length), Math.Max(length, 16)];

    /// <summary>The probability of each class for each text.</summary>
    public static IReadOnlyList<float[]> Classify(Model model, Tokenizer tokenizer, IReadOnlyList<string> texts, int length, int batch, CancellationToken cancellation)
    {
        int[][] tokens = [.. texts.Select(text => Tokens(tokenizer, text, length))];
        float[][] classified = new float[texts.Count][];
        // A bucket at a time: batches of several come in the order in which the buckets are full, and not in that of the texts.
        foreach (IGrouping<int, int> alike in Enumerable.Range(0, texts.Count).GroupBy(place => Buckets(length).First(bucket => bucket >= tokens[place].Length)))
        {
            Tensor all = model.Predict(Dataset.FromRagged([.. alike.Select(place => tokens[place])]).PaddedBatch(batch, [alike.Key]), cancellationToken: cancellation).Only;
            foreach ((int place, float[] probabilities) in alike.Zip(all.ToArray<float>().Chunk(all.Shape[1])))
                classified[place] = probabilities;
        }

        return classified;
    }

    /// <summary>The sum of the texts and their classes.</summary>
    public string Sha256()
    {
        using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string text, int label) in Texts.Zip(Labels))
            sum.AppendData(Encoding.UTF8.GetBytes($"{label}\0{text}\0"));
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    public ClassifierData Choose(IReadOnlyList<int> places) => new([.. places.Select(place => Texts[place])], [.. places.Select(place => Labels[place])], Classes);

    private static int[] Tokens(Tokenizer tokenizer, string text, int length)
    {
        int[] tokens = [.. tokenizer.Encode(text, maxLength: length).Ids];
        // A text without words is one unknown word.
        return tokens.Length > 0 ? tokens : [tokenizer.IdOf("[UNK]") ?? tokenizer.PaddingId ?? 0];
    }

    private static IEnumerable<(string, string)> OfTable(string path) => TextFiles.Table(path, columns: 2).Select(row => (row[0], row[1]));

    private static IEnumerable<(string, string)> OfFolder(string path)
    {
        DocumentFolder folder = new(path);
        return folder.Documents.Select(document => (folder.Classes[document.Label], document.Read()));
    }
}
