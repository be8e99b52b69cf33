using Laminet.Tensors;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tasks;

/// <summary>Stories as a <see cref="Models.MemoryNetwork"/> takes them. A sentence that several stories tell stands there once; the number of sentences is rounded up, so that few programs serve all batches.</summary>
internal sealed class StoryBatch
{
    private const int LeastSentences = 32, WordsTogether = 4;

    /// <param name="stories">The statements, as numbers of sentences, and the question.</param>
    /// <param name="words">The words of each sentence.</param>
    /// <param name="memories">How many statements there is room for; the oldest are left out.</param>
    /// <param name="noise">How many empty memories are put between, as a share of the statements: so how long ago something was is learned for longer stories too.</param>
    /// <param name="key">Of the random numbers.</param>
    public StoryBatch(IReadOnlyList<(int[] Statements, int Question)> stories, IReadOnlyList<int[]> words, int memories, double noise, RandomKey key)
    {
        int count = stories.Count;
        Dictionary<int, int> rows = [];
        (int[] story, float[] present, int[] question) = (new int[count * memories], new float[count * memories], new int[count]);
        ulong draws = 0;
        for (int i = 0; i < count; i++)
        {
            (int[] statements, int asked) = stories[i];
            question[i] = Row(asked);
            int slot = i * memories, end = slot + memories;
            for (int place = statements.Length - 1; place >= 0 && slot < end; slot++)
            {
                present[slot] = 1;
                // Row 0 is the sentence without words.
                if (noise == 0 || key.Fold(draws++).Uniform() >= noise)
                    story[slot] = Row(statements[place--]);
            }
        }

        int sentences = LeastSentences;
        while (sentences <= rows.Count)
            sentences *= 2;
        int longest = (rows.Keys.Max(sentence => words[sentence].Length) + WordsTogether - 1) / WordsTogether * WordsTogether;
        int[] all = new int[sentences * longest];
        foreach ((int sentence, int row) in rows)
            words[sentence].CopyTo(all, row * longest);
        Inputs = [Tensor.From(all, [sentences, longest]), Tensor.From(story, [count, memories]), Tensor.From(present, [count, memories]), Tensor.From(question, [count])];

        int Row(int sentence)
        {
            if (!rows.TryGetValue(sentence, out int row))
                rows[sentence] = row = rows.Count + 1;
            return row;
        }
    }

    /// <summary>The inputs of the network.</summary>
    public Tensor[] Inputs { get; }
}
