using System.Globalization;
using System.Text;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// A binary tree over words with a label at each node, such as a sentence of the Stanford Sentiment Treebank (Socher et al., "Recursive deep models for semantic compositionality over a sentiment treebank", EMNLP 2013).
/// Children have smaller numbers than their parents, and the last node is the root.
/// </summary>
/// <example><code>
/// LabelledTree tree = LabelledTree.Parse("(1 (2 not) (3 funny))");
/// </code></example>
public sealed class LabelledTree
{
    /// <summary>The most nodes of a tree: no sentence has so many, and a file may come from anywhere.</summary>
    public const int MaximumNodes = 16_384;

    /// <summary>The greatest depth of a tree.</summary>
    public const int MaximumDepth = 1024;

    private readonly TreeNode[] nodes;
    private readonly int[] depths;
    private readonly (int Words, int Joins)[] widths;

    /// <summary>Makes a tree of nodes in any order.</summary>
    /// <param name="nodes">The nodes; <see cref="TreeNode.Left"/> and <see cref="TreeNode.Right"/> are places in this list.</param>
    /// <exception cref="ArgumentException">They are no binary tree: a node has one child, or several parents, or is its own ancestor; or the tree is too large or too deep.</exception>
    public LabelledTree(IReadOnlyList<TreeNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count is 0 or > MaximumNodes)
            throw new ArgumentException($"{nameof(LabelledTree)}: received {nodes.Count} nodes; expected 1 to {MaximumNodes}.", nameof(nodes));
        bool[] hasParent = new bool[nodes.Count];
        foreach ((int i, TreeNode node) in nodes.Index())
            Check(nodes, i, node, hasParent);
        int[] roots = [.. Enumerable.Range(0, nodes.Count).Where(i => !hasParent[i])];
        if (roots.Length > 1)
            throw new ArgumentException($"{nameof(LabelledTree)}: nodes {roots[0]} and {roots[1]} have no parent; expected one root. Make a tree of each.", nameof(nodes));

        // From the root, right before left: reversed, the order has children before parents and words from left to right.
        List<(int Node, int Depth)> order = [];
        Stack<(int Node, int Depth)> open = new(roots.Select(root => (root, 0)));
        while (open.TryPop(out (int Node, int Depth) next))
        {
            order.Add(next);
            if (next.Depth > MaximumDepth)
                throw new ArgumentException($"{nameof(LabelledTree)}: the tree is deeper than {MaximumDepth}, which no sentence is. Leave it out.", nameof(nodes));
            TreeNode node = nodes[next.Node];
            if (node.IsLeaf)
                continue;
            open.Push((node.Left, next.Depth + 1));
            open.Push((node.Right, next.Depth + 1));
        }

        // Every node has at most one parent, so what cannot be reached from a root goes round.
        if (order.Count < nodes.Count)
        {
            int lost = Enumerable.Range(0, nodes.Count).Except(order.Select(one => one.Node)).First(i => !nodes[i].IsLeaf);
            throw new ArgumentException($"{nameof(LabelledTree)}: node {lost} is in a cycle, or below one: its parents lead to no root. Expected a tree: each node one parent, but for the root.", nameof(nodes));
        }

        order.Reverse();
        int[] numbers = new int[nodes.Count];
        foreach ((int number, (int node, _)) in order.Index())
            numbers[node] = number;
        this.nodes = [.. order.Select(one => nodes[one.Node] is { IsLeaf: false } node ? node with { Left = numbers[node.Left], Right = numbers[node.Right] } : nodes[one.Node])];
        depths = [.. order.Select(one => one.Depth)];
        widths = new (int Words, int Joins)[depths.Max() + 1];
        foreach ((TreeNode node, int depth) in this.nodes.Zip(depths))
            widths[depth] = node.IsLeaf ? widths[depth] with { Words = widths[depth].Words + 1 } : widths[depth] with { Joins = widths[depth].Joins + 1 };
        Text = string.Join(' ', Words);
    }

    /// <summary>The nodes, children before their parents.</summary>
    public IReadOnlyList<TreeNode> Nodes => nodes;

    /// <summary>How far each node is from the root.</summary>
    public IReadOnlyList<int> Depths => depths;

    /// <summary>The greatest distance from the root; 0 for a single word.</summary>
    public int Depth => widths.Length - 1;

    /// <summary>How many words, and how many nodes with children, there are at each distance from the root.</summary>
    public IReadOnlyList<(int Words, int Joins)> Widths => widths;

    /// <summary>The label of the root.</summary>
    public int Label => nodes[^1].Label;

    /// <summary>The words from left to right.</summary>
    public IEnumerable<string> Words => nodes.Where(node => node.IsLeaf).Select(node => node.Word!);

    /// <summary>The words with spaces between.</summary>
    public string Text { get; }

    /// <summary>What each node spans, its words with spaces between, and its label; children before their parents, so the sentence comes last.</summary>
    public IEnumerable<(string Text, int Label)> Phrases()
    {
        string[] words = [.. Words];
        (int First, int Count)[] spans = new (int, int)[nodes.Length];
        int leaf = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            TreeNode node = nodes[i];
            spans[i] = node.IsLeaf ? (leaf++, 1) : (spans[node.Left].First, spans[node.Left].Count + spans[node.Right].Count);
            yield return (string.Join(' ', words, spans[i].First, spans[i].Count), node.Label);
        }
    }

    /// <summary>Reads a tree in brackets: (label word), or (label tree tree).</summary>
    /// <param name="text">The tree.</param>
    /// <exception cref="FormatException">It is not in that form; the message says where. Nodes with one child and with three are errors too.</exception>
    public static LabelledTree Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<TreeNode> nodes = [];
        Stack<(int Label, List<int> Children, string? Word)> open = [];
        int place = 0, root = -1;
        while (true)
        {
            SkipSpaces();
            if (place == text.Length)
                break;
            if (root >= 0)
                throw Wrong("the end, since the tree is closed");
            switch (text[place++])
            {
                case '(':
                    SkipSpaces();
                    string label = Token();
                    if (!int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                        throw Wrong($"a label, a whole number, not '{Short(label)}'");
                    if (open.Count > MaximumDepth || nodes.Count + open.Count >= MaximumNodes)
                        throw Wrong($"at most {MaximumNodes} nodes, {MaximumDepth} deep");
                    open.Push((number, [], null));
                    break;
                case ')' when open.TryPop(out (int Label, List<int> Children, string? Word) node):
                    if (node.Children.Count != (node.Word is null ? 2 : 0))
                        throw Wrong(node.Word is null ? $"a word or two trees before the bracket, not {node.Children.Count}{(node.Children.Count == 1 ? " (a unary node: put its child in its place)" : "")}" : "a word or trees, not both");
                    nodes.Add(node.Word is null ? new(node.Label, null, node.Children[0], node.Children[1]) : new(node.Label, node.Word));
                    if (open.TryPeek(out (int Label, List<int> Children, string? Word) parent))
                        parent.Children.Add(nodes.Count - 1);
                    else
                        root = nodes.Count - 1;
                    break;
                case ')':
                    throw Wrong("no bracket, since none is open");
                default:
                    place--;
                    string word = Token();
                    if (!open.TryPop(out (int Label, List<int> Children, string? Word) top) || top.Word is not null)
                        throw Wrong($"a bracket, not '{Short(word)}'");
                    open.Push(top with { Word = word });
                    break;
            }
        }

        return root >= 0 ? new LabelledTree(nodes) : throw Wrong(open.Count > 0 ? $"{open.Count} more closing brackets" : "a tree");

        void SkipSpaces()
        {
            while (place < text.Length && text[place] == ' ')
                place++;
        }

        // Only spaces and brackets end a word: words of the treebank hold other blanks.
        string Token()
        {
            int start = place;
            while (place < text.Length && text[place] is not (' ' or '(' or ')'))
                place++;
            return text[start..place];
        }

        FormatException Wrong(string expected) => new($"{nameof(LabelledTree)}: at character {place} of '{Short(text)}': expected {expected}.");
    }

    /// <summary>The tree in brackets, as <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Stack<(int Node, string Before)> open = new([(nodes.Length - 1, "")]);
        while (open.TryPop(out (int Node, string Before) next))
        {
            text.Append(next.Before);
            if (next.Node < 0)
                continue;
            TreeNode node = nodes[next.Node];
            text.Append(CultureInfo.InvariantCulture, $"({node.Label} {node.Word}");
            open.Push((-1, ")"));
            if (node.IsLeaf)
                continue;
            open.Push((node.Right, " "));
            open.Push((node.Left, ""));
        }

        return text.ToString();
    }

    private static void Check(IReadOnlyList<TreeNode> nodes, int i, TreeNode node, bool[] hasParent)
    {
        if ((node.Left < 0) != (node.Right < 0))
            throw new ArgumentException($"{nameof(LabelledTree)}: node {i} has one child; expected two, or a word and none. Put the child in the place of a unary node.", nameof(nodes));
        if ((node.Word is null) == node.IsLeaf)
            throw new ArgumentException($"{nameof(LabelledTree)}: node {i} has {(node.IsLeaf ? "neither a word nor children" : "a word and children")}; expected one of them.", nameof(nodes));
        if (node.Label < -1)
            throw new ArgumentException($"{nameof(LabelledTree)}: node {i} has the label {node.Label}; expected 0 or more, or -1 for none.", nameof(nodes));
        if (node.IsLeaf)
            return;
        foreach (int child in (ReadOnlySpan<int>)[node.Left, node.Right])
        {
            if (child >= nodes.Count)
                throw new ArgumentException($"{nameof(LabelledTree)}: node {i} has the child {child}; expected 0 to {nodes.Count - 1}.", nameof(nodes));
            if (hasParent[child])
                throw new ArgumentException($"{nameof(LabelledTree)}: node {child} has two parents; expected one. Repeat the node for each.", nameof(nodes));
            hasParent[child] = true;
        }
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
