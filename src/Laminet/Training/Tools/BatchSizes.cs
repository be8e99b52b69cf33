namespace Laminet.Training.Tools;

/// <summary>The batch sizes that were tried.</summary>
/// <param name="Trials">The sizes, each twice the one before.</param>
/// <param name="Best">The size whose examples took least time.</param>
/// <param name="Reason">Why no larger size was tried.</param>
public sealed record BatchSizes(IReadOnlyList<BatchSizeTrial> Trials, int Best, string Reason);

/// <summary>A batch size that was tried.</summary>
/// <param name="BatchSize">Examples a step.</param>
/// <param name="Bytes">The memory that training needs.</param>
/// <param name="SecondsPerExample">The time of a step divided by its examples, in seconds; the best of several steps.</param>
public sealed record BatchSizeTrial(int BatchSize, long Bytes, double SecondsPerExample);
