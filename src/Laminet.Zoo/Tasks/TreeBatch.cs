using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Trees packed for a <see cref="Models.TreeNetwork"/>. A node lies one level above its children, so that each level reads only that below it; whole trees are shifted up to where there is room.
/// So every batch has the same shapes, whatever its trees, and few empty rows.
/// </summary>
public sealed class TreeBatch
{
    private readonly int[] words, children, labels, leavesAt, joinsAt;
    private readonly List<(int Tree, int[] Rows)> trees = [];

    private TreeBatch(TreeForm form)
    {
        Form = form;
        (words, children, labels) = (new int[form.Levels * form.Slots], new int[form.Levels * form.Slots * 2], new int[form.Levels * form.Slots * 2]);
        (leavesAt, joinsAt) = (new int[form.Levels], new int[form.Levels]);
        Array.Fill(labels, -1);
    }

    /// <summary>Its size.</summary>
    public TreeForm Form { get; }

    /// <summary>The trees, by their places in the list that was packed, and the row of the output for each of their nodes.</summary>
    public IReadOnlyList<(int Tree, int[] Rows)> Trees => trees;

    /// <summary>The number of each word, (levels, slots); 0 where there is none.</summary>
    public Tensor Words => Tensor.From(words, [Form.Levels, Form.Slots]);

    /// <summary>The rows of a node's children in the level below, whose words come first: (levels, slots, 2).</summary>
    public Tensor Children => Tensor.From(children, [Form.Levels, Form.Slots, 2]);

    /// <summary>The label of each row of the output, (levels, 2 slots); -1 where there is none.</summary>
    public Tensor Labels => Tensor.From(labels, [Form.Levels, 2 * Form.Slots]);

    /// <summary>Packs trees into batches, in order but for those that do not fit: a tree too deep or too wide for the form goes into a batch of twice the size.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="order">Which of them, in which order.</param>
    /// <param name="number">The number of a word.</param>
    /// <param name="form">The size of a batch.</param>
    public static IEnumerable<TreeBatch> Pack(IReadOnlyList<LabelledTree> trees, IEnumerable<int> order, Func<string, int> number, TreeForm form)
    {
        ArgumentNullException.ThrowIfNull(trees);
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(number);
        // A tree that does not fit waits for the next batch, while smaller ones fill the gaps of this one.
        const int MostWaiting = 8;
        Dictionary<TreeForm, (TreeBatch Batch, List<int> Waiting)> open = [];
        foreach (int tree in order)
        {
            TreeForm own = form.For(trees[tree]);
            if (!open.TryGetValue(own, out (TreeBatch Batch, List<int> Waiting) now))
                open[own] = now = (new(own), []);
            if (now.Batch.TryAdd(trees[tree], tree, number))
                continue;
            now.Waiting.Add(tree);
            if (now.Waiting.Count <= MostWaiting)
                continue;
            yield return now.Batch;
            open[own] = Refilled(own, now.Waiting);
        }

        foreach ((TreeForm own, (TreeBatch Batch, List<int> Waiting) left) in open)
        {
            (TreeBatch Batch, List<int> Waiting) now = left;
            for (; now.Waiting.Count > 0; now = Refilled(own, now.Waiting))
                yield return now.Batch;
            yield return now.Batch;
        }

        (TreeBatch Batch, List<int> Waiting) Refilled(TreeForm own, List<int> waiting)
        {
            TreeBatch batch = new(own);
            return (batch, [.. waiting.Where(tree => !batch.TryAdd(trees[tree], tree, number))]);
        }
    }

    // Where the fullest level that the tree touches stays the least full.
    private bool TryAdd(LabelledTree tree, int place, Func<string, int> number)
    {
        int best = -1, least = Form.Slots + 1;
        for (int shift = 0; shift + tree.Depth < Form.Levels; shift++)
        {
            int fullest = 0;
            for (int depth = 0; depth <= tree.Depth; depth++)
            {
                int level = shift + tree.Depth - depth;
                fullest = Math.Max(fullest, Math.Max(leavesAt[level] + tree.Widths[depth].Words, joinsAt[level] + tree.Widths[depth].Joins));
            }

            if (fullest < least)
                (best, least) = (shift, fullest);
        }

        if (best < 0)
            return false;
        int[] rows = new int[tree.Nodes.Count], places = new int[tree.Nodes.Count];
        foreach ((int i, TreeNode node) in tree.Nodes.Index())
        {
            int level = best + tree.Depth - tree.Depths[i];
            int slot = node.IsLeaf ? leavesAt[level]++ : joinsAt[level]++, at = (level * Form.Slots) + slot;
            places[i] = node.IsLeaf ? slot : Form.Slots + slot;
            rows[i] = (level * 2 * Form.Slots) + places[i];
            labels[rows[i]] = node.Label;
            if (node.IsLeaf)
                words[at] = number(node.Word!);
            else
                (children[2 * at], children[(2 * at) + 1]) = (places[node.Left], places[node.Right]);
        }

        trees.Add((place, rows));
        return true;
    }
}
