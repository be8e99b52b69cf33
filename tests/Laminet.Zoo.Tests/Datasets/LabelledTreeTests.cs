using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class LabelledTreeTests
{
    private const string Brackets = "(1 (2 It) (0 (2 's) (1 (0 (1 not) (4 good)) (2 .))))";

    [Fact]
    public void Brackets_become_a_tree_and_back()
    {
        LabelledTree tree = LabelledTree.Parse(Brackets);
        Assert.Equal(Brackets, tree.ToString());
        Assert.Equal(("It 's not good .", 1, 4, 9), (tree.Text, tree.Label, tree.Depth, tree.Nodes.Count));
        Assert.All(tree.Nodes.Index(), one => Assert.True(one.Item.Left < one.Index && one.Item.Right < one.Index));
        Assert.Equal(0, tree.Depths[^1]);
        Assert.Equal([(0, 1), (1, 1), (1, 1), (1, 1), (2, 0)], tree.Widths);
        Assert.Equal([("It", 2), ("'s", 2), ("not", 1), ("good", 4), ("not good", 0), (".", 2), ("not good .", 1), ("'s not good .", 0), ("It 's not good .", 1)], tree.Phrases());
        Assert.Equal("(3 word)", LabelledTree.Parse(" ( 3  word ) ").ToString());
        // A word of the treebank holds a blank that is no space.
        Assert.Equal(["8\u00a01\\/2"], LabelledTree.Parse("(2 8\u00a01\\/2)").Words);
    }

    [Theory]
    [InlineData("", "at character 0 of '': expected a tree.")]
    [InlineData("(1 (2 a)", "at character 8 of '(1 (2 a)': expected 1 more closing brackets.")]
    [InlineData("(1 a))", "at character 5 of '(1 a))': expected the end, since the tree is closed.")]
    [InlineData(")", "at character 1 of ')': expected no bracket, since none is open.")]
    [InlineData("word", "at character 4 of 'word': expected a bracket, not 'word'.")]
    [InlineData("(1 a b)", "at character 6 of '(1 a b)': expected a bracket, not 'b'.")]
    [InlineData("(x a)", "at character 2 of '(x a)': expected a label, a whole number, not 'x'.")]
    [InlineData("(-1 a)", "at character 3 of '(-1 a)': expected a label, a whole number, not '-1'.")]
    [InlineData("(1)", "at character 3 of '(1)': expected a word or two trees before the bracket, not 0.")]
    [InlineData("(1 (2 a))", "at character 9 of '(1 (2 a))': expected a word or two trees before the bracket, not 1 (a unary node: put its child in its place).")]
    [InlineData("(1 (2 a) (2 b) (2 c))", "at character 21 of '(1 (2 a) (2 b) (2 c))': expected a word or two trees before the bracket, not 3.")]
    [InlineData("(1 a (2 b) (2 c))", "at character 17 of '(1 a (2 b) (2 c))': expected a word or trees, not both.")]
    public void Wrong_brackets_are_told(string text, string message) => Assert.Equal("LabelledTree: " + message, Assert.Throws<FormatException>(() => LabelledTree.Parse(text)).Message);

    [Fact]
    public void Nodes_that_are_no_tree_are_told()
    {
        TreeNode word = new(2, "word");
        Assert.Equal("(1 (2 word) (2 word))", new LabelledTree([word, new(1, null, 2, 0), word]).ToString());
        Says("received 0 nodes; expected 1 to 16384.");
        Says("node 0 has one child; expected two, or a word and none. Put the child in the place of a unary node.", new(1, null, 1), word);
        Says("node 0 has neither a word nor children; expected one of them.", new TreeNode(1, null));
        Says("node 0 has a word and children; expected one of them.", new TreeNode(1, "a", 1, 2), word, word);
        Says("node 0 has the child 7; expected 0 to 1.", new TreeNode(1, null, 1, 7), word);
        Says("node 1 has two parents; expected one. Repeat the node for each.", new TreeNode(1, null, 1, 1), word);
        Says("node 0 has the label -2; expected 0 or more, or -1 for none.", new TreeNode(-2, "a"));
        Says("nodes 0 and 1 have no parent; expected one root. Make a tree of each.", word, word);
        // A cycle beside a tree, and one of all nodes.
        Says("node 1 is in a cycle, or below one: its parents lead to no root. Expected a tree: each node one parent, but for the root.", word, new(1, null, 2, 3), new(1, null, 1, 4), word, word);
        Says("node 0 is in a cycle, or below one: its parents lead to no root. Expected a tree: each node one parent, but for the root.", new(1, null, 1, 2), new(1, null, 0, 3), word, word);

        static void Says(string message, params TreeNode[] nodes) => Assert.Equal($"LabelledTree: {message} (Parameter 'nodes')", Assert.Throws<ArgumentException>(() => new LabelledTree(nodes)).Message);
    }

    [Fact]
    public void Hostile_trees_are_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("(1 (2 a) ", LabelledTree.MaximumDepth + 2));
        Assert.EndsWith("expected at most 16384 nodes, 1024 deep.", Assert.Throws<FormatException>(() => LabelledTree.Parse(deep)).Message, StringComparison.Ordinal);
        string wide = string.Concat(Enumerable.Repeat("(2 a)", LabelledTree.MaximumNodes + 1));
        Assert.EndsWith("expected at most 16384 nodes, 1024 deep.", Assert.Throws<FormatException>(() => LabelledTree.Parse("(1 " + wide)).Message, StringComparison.Ordinal);
        List<TreeNode> chain = [new(0, "a")];
        for (int i = 0; i <= LabelledTree.MaximumDepth; i++)
            chain.AddRange([new(0, "a"), new(0, null, chain.Count - 1, chain.Count)]);
        Assert.StartsWith("LabelledTree: the tree is deeper than 1024", Assert.Throws<ArgumentException>(() => new LabelledTree(chain)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_read_and_bounded()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.txt");
        try
        {
            File.WriteAllText(path, $"{Brackets}\r\n\n(0 bad)");
            Assert.Equal([Brackets, "(0 bad)"], Treebank.Read(path).Select(tree => tree.ToString()));
            Assert.Equal($"{path}, line 3: expected at most 1 trees. Raise the limit.", Assert.Throws<InvalidDataException>(() => Treebank.Read(path, limit: 1)).Message);
            File.WriteAllText(path, $"{Brackets}\n(0 (1 bad))\n");
            Assert.StartsWith($"{path}, line 2: LabelledTree: at character 11 ", Assert.Throws<InvalidDataException>(() => Treebank.Read(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, new string('(', Treebank.MaximumLine + 1));
            Assert.Equal($"{path}, line 1: longer than 1048576 characters. Is this a file of trees, one a line?", Assert.Throws<InvalidDataException>(() => Treebank.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
