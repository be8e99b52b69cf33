#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A Markov chain counts which letter follows which, and writes: the more letters it looks back, the more it is like the text, until it knows the text by heart.  dotnet run -c Release samples/markov.cs
// (Markov, "An example of statistical investigation of the text Eugene Onegin", 1913; Shannon, "A mathematical theory of communication", 1948.)
// Arguments: a file of text; the file of the picture.
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Tasks;

string text = args.Length > 0 && args[0] != "-" ? File.ReadAllText(args[0]) : Sonnets.Text;
string picture = Path.GetFullPath(args.Length > 1 ? args[1] : "markov.png");
string[] all = [.. text.Select(letter => $"{letter}")];
(string[] known, string[] unseen) = (all[..(all.Length * 9 / 10)], all[(all.Length * 9 / 10)..]);
Console.WriteLine($"{known.Length} letters to count, {unseen.Length} to test");

// Of order 1. The text is closed to a ring, so that something follows each letter; then the chain spends the shares of the letters.
string lower = string.Concat(text.ToLowerInvariant().Where(letter => letter is (>= 'a' and <= 'z') or ' '));
MarkovText pairs = MarkovText.OfLetters(lower + lower[0]);
MarkovChain chain = pairs.ToChain();
double[] shares = chain.StationaryDistribution().ToArray<double>();
double largest = pairs.Symbols.Index().Max(one => Math.Abs(shares[one.Index] - (lower.Count(letter => letter == one.Item[0]) / (double)lower.Length)));
Console.WriteLine($"{chain.States} letters, period {chain.Period()}; stationary share and share in the text differ by at most {largest:E1}");
Console.WriteLine("the most frequent: " + string.Join(", ", pairs.Symbols.Zip(shares).OrderByDescending(one => one.Second).Take(6).Select(one => $"'{one.First}' {one.Second:F3}")));
Image.Write(picture, Tiles.Of(1 - chain.Transition.Sqrt().ExpandDims(-1), scale: 10));
Console.WriteLine($"picture: {picture}: from row to column, {string.Concat(pairs.Symbols)}");

for (int order = 1; order <= 6; order++)
{
    MarkovText letters = new([.. all.Distinct(), .. known], order, smoothing: 0.01);
    Console.WriteLine($"\norder {order}: {letters.CrossEntropy(known):F3} nats a letter on its own text, {letters.CrossEntropy(unseen):F3} on unseen text");
    Console.WriteLine(string.Concat(new MarkovText(known, order).Generate(160, seed: 1)).ReplaceLineEndings(" / "));
}

Console.WriteLine("\nwords, order 1: " + string.Join(' ', MarkovText.OfWords(text).Generate(30, seed: 2)));
Console.WriteLine("temperature 0, order 3: " + string.Concat(new MarkovText(known, 3).Generate(80, temperature: 0)).ReplaceLineEndings(" / "));

internal static class Sonnets
{
    /// <summary>William Shakespeare, sonnets 18, 73 and 116, 1609.</summary>
    public const string Text = """
        Shall I compare thee to a summer's day?
        Thou art more lovely and more temperate:
        Rough winds do shake the darling buds of May,
        And summer's lease hath all too short a date:
        Sometime too hot the eye of heaven shines,
        And often is his gold complexion dimm'd;
        And every fair from fair sometime declines,
        By chance, or nature's changing course, untrimm'd;
        But thy eternal summer shall not fade
        Nor lose possession of that fair thou owest;
        Nor shall Death brag thou wander'st in his shade,
        When in eternal lines to time thou growest:
        So long as men can breathe or eyes can see,
        So long lives this, and this gives life to thee.
        That time of year thou mayst in me behold
        When yellow leaves, or none, or few, do hang
        Upon those boughs which shake against the cold,
        Bare ruin'd choirs, where late the sweet birds sang.
        In me thou see'st the twilight of such day
        As after sunset fadeth in the west;
        Which by and by black night doth take away,
        Death's second self, that seals up all in rest.
        In me thou see'st the glowing of such fire,
        That on the ashes of his youth doth lie,
        As the death-bed whereon it must expire,
        Consumed with that which it was nourish'd by.
        This thou perceivest, which makes thy love more strong,
        To love that well which thou must leave ere long.
        Let me not to the marriage of true minds
        Admit impediments. Love is not love
        Which alters when it alteration finds,
        Or bends with the remover to remove:
        O no; it is an ever-fixed mark,
        That looks on tempests and is never shaken;
        It is the star to every wandering bark,
        Whose worth's unknown, although his height be taken.
        Love's not Time's fool, though rosy lips and cheeks
        Within his bending sickle's compass come;
        Love alters not with his brief hours and weeks,
        But bears it out even to the edge of doom.
        If this be error and upon me proved,
        I never writ, nor no man ever loved.
        """;
}
