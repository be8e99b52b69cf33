namespace Laminet.Data;

/// <summary>How large a dataset is, as far as that is known without reading it: two datasets of different sizes are not the same.</summary>
/// <param name="Elements">Elements an epoch.</param>
/// <param name="Examples">How many examples its batches are made of.</param>
/// <param name="BatchSize">Examples a batch; the last may have fewer.</param>
internal readonly record struct DatasetSize(int? Elements, int? Examples = null, int? BatchSize = null);
