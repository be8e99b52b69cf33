using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Text.Corpora;
using Laminet.Text.Tokenizers;

namespace Laminet.Cli.Texts;

/// <summary>The tokens of a corpus in a file, which need not fit into memory: its beginning to train on, its end to validate on.</summary>
internal sealed class LanguageData : IDisposable
{
    // More places to begin at need more memory for their order than they are worth; a validation on more says no more.
    private const int MostStarts = 1 << 24, MostValidation = 512;

    private readonly string folder;
    private readonly TokenFile file;
    private readonly long split;

    private LanguageData(string folder, TokenFile file, long characters, string sha256, long split) => (this.folder, this.file, Characters, Sha256, this.split) = (folder, file, characters, sha256, split);

    /// <summary>How many characters the texts have.</summary>
    public long Characters { get; }

    /// <summary>Their sum, so that a resumed run uses the same texts.</summary>
    public string Sha256 { get; }

    /// <summary>How many tokens they have.</summary>
    public long Tokens => file.Length;

    /// <summary>How many of them are trained on.</summary>
    public long Trained => split;

    /// <summary>Encodes texts.</summary>
    /// <param name="paths">Their files.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="length">The tokens of an example.</param>
    /// <param name="validationSplit">The share at the end that is kept back.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UsageException">The texts are too short.</exception>
    public static LanguageData Encode(IReadOnlyList<string> paths, Tokenizer tokenizer, int length, double validationSplit, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("laminet-text-").FullName;
        TokenFile? file = null;
        try
        {
            long characters = 0;
            using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            string path = Path.Combine(folder, "tokens");
            TokenFile.Write(path, paths.SelectMany(Documents), tokenizer.VocabularySize);
            file = TokenFile.Open(path);
            long split = file.Length - (long)Math.Ceiling(file.Length * validationSplit);
            if (Math.Min(split, validationSplit > 0 ? file.Length - split : split) <= length)
            {
                throw new UsageException(FormattableString.Invariant($"the texts have {file.Length:N0} tokens, {split:N0} to train and {file.Length - split:N0} to validate; expected more than --length, {length}, of each. ")
                    + "Give longer texts or a smaller --length, or leave validation out: --validation-split 0.");
            }

            return new LanguageData(folder, file, characters, Convert.ToHexStringLower(sum.GetHashAndReset()), split);

            // The end of a document is a document of one token.
            IEnumerable<IReadOnlyList<int>> Documents(string text)
            {
                foreach (string passage in Passages.Of(TextFiles.Lines(text)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    characters += passage.Length;
                    sum.AppendData(Encoding.UTF8.GetBytes(passage));
                    yield return tokenizer.Encode(passage, maxLength: int.MaxValue, specialTokens: false).Ids;
                }

                sum.AppendData([0]);
                if (TextModel.EndOf(tokenizer) is { } end)
                    yield return [end];
            }
        }
        catch
        {
            file?.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Examples that begin anywhere, in random order.</summary>
    public Dataset Training(int length, int batch, ulong seed) => file.Windows(length, (int)Math.Max(1, split / MostStarts), 0, split).Shuffle(seed).Batch(batch);

    /// <summary>Examples of the end, evenly from all of it; null if none is kept back.</summary>
    public Dataset? Validation(int length, int batch) =>
        split == file.Length ? null : file.Windows(length, (int)Math.Max(length, (file.Length - split) / MostValidation), split).Batch(batch);

    public void Dispose()
    {
        file.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
