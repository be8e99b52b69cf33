using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tasks;

/// <summary>What a <see cref="TuringMachine"/> learns.</summary>
public enum TuringTask
{
    /// <summary>A <see cref="CopyTask"/> of 1 to 20 vectors of 8 bits.</summary>
    Copy,

    /// <summary>A <see cref="RepeatCopyTask"/> of at most 10 vectors, at most 10 times.</summary>
    RepeatCopy,

    /// <summary>An <see cref="AssociativeRecallTask"/> of 2 to 6 items.</summary>
    AssociativeRecall,

    /// <summary>A copy of 1 to 3 vectors of 3 bits, with a small memory: it is learned in seconds.</summary>
    SmallCopy,
}
