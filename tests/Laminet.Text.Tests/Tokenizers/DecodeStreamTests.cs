using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

public class DecodeStreamTests
{
    [Fact]
    public async Task The_parts_together_are_the_text()
    {
        string[] lines = [.. Lines.Generate(60, seed: 5)];
        foreach (Tokenizer tokenizer in (Tokenizer[])[Vocabularies.Gpt2, Vocabularies.BytePair, Vocabularies.Bert, Vocabularies.WordPiece, Tokenizer.OfCharacters(lines), Tokenizer.OfWords(lines)])
        {
            // Longer than what is kept of the tokens before.
            foreach (string text in lines.Append(string.Join(' ', lines)))
            {
                int[] ids = [.. tokenizer.Encode(text).Ids];
                List<string> parts = await Parts(tokenizer, ids);
                Assert.Equal(tokenizer.Decode(ids), string.Concat(parts));
                Assert.DoesNotContain("", parts);
            }
        }
    }

    // An emoji is four bytes, and as many tokens of a small vocabulary.
    [Fact]
    public async Task A_character_comes_when_it_is_whole()
    {
        Tokenizer tokenizer = VocabularyTrainer.BytePair(["ab"], 256);
        Assert.Equal(["a", "😀", "b"], await Parts(tokenizer, [.. tokenizer.Encode("a😀b").Ids]));
        // What never becomes whole is told at the end, and bytes that are no character do not stop what follows.
        int[] broken = [.. tokenizer.Encode("a😀b").Ids];
        Assert.Equal("a\uFFFD", string.Concat(await Parts(tokenizer, broken[..3])));
        Assert.EndsWith("b", string.Concat(await Parts(tokenizer, [broken[0], broken[1], broken[^1]])), StringComparison.Ordinal);
        Assert.Empty(await Parts(tokenizer, []));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Parts(tokenizer, [1_000_000]));
    }

    private static async Task<List<string>> Parts(Tokenizer tokenizer, int[] ids)
    {
        List<string> parts = [];
        await foreach (string part in tokenizer.DecodeStream(Ids()))
            parts.Add(part);
        return parts;

        async IAsyncEnumerable<int> Ids()
        {
            foreach (int id in ids)
            {
                await Task.Yield();
                yield return id;
            }
        }
    }
}
