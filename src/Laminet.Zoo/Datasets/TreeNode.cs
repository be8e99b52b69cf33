namespace Laminet.Zoo.Datasets;

/// <summary>A node of a <see cref="LabelledTree"/>: a word, or two nodes joined.</summary>
/// <param name="Label">Its class, 0 or more; -1 for none.</param>
/// <param name="Word">The word; null for a node with children.</param>
/// <param name="Left">The number of the left child; -1 for a word.</param>
/// <param name="Right">The number of the right child; -1 for a word.</param>
public readonly record struct TreeNode(int Label, string? Word, int Left = -1, int Right = -1)
{
    /// <summary>Whether it is a word.</summary>
    public bool IsLeaf => Left < 0;
}
