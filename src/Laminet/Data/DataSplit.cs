using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// A split of examples into a training part and a validation part. There is no default method. If the last examples were taken silently (sorted
/// classes, the newest days, the images of one patient), the validation score would mean nothing.
/// </summary>
/// <example><code>
/// (Batch train, Batch validation) = DataSplit.Stratified(labels, validationFraction: 0.1, seed: 1).Apply(images, labels);
/// </code></example>
public sealed class DataSplit
{
    private readonly int[] train;
    private readonly int[] validation;

    private DataSplit(IEnumerable<int> train, IEnumerable<int> validation)
    {
        // In the order of the data: reading stays local, and shuffling is the dataset's work.
        this.train = [.. train.Order()];
        this.validation = [.. validation.Order()];
    }

    /// <summary>Positions of the examples to train on, ascending.</summary>
    public IReadOnlyList<int> Train => train;

    /// <summary>Positions of the examples to validate on, ascending.</summary>
    public IReadOnlyList<int> Validation => validation;

    /// <summary>A random part of all examples.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="validationFraction">The fraction for validation, between 0 and 1; rounded to whole examples, at least one in each part.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit Shuffled(int count, double validationFraction, ulong seed)
    {
        int validating = ValidationCount(count, validationFraction);
        int[] order = Permutation(count, new RandomKey(seed));
        return new DataSplit(order[validating..], order[..validating]);
    }

    /// <summary>A random part of each class, so that both parts have the class proportions of the data.</summary>
    /// <param name="labels">The class of each example.</param>
    /// <param name="validationFraction">The fraction of each class for validation; rounded, at least one example of each class in each part.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <exception cref="ArgumentException">A class with fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit Stratified(IReadOnlyList<int> labels, double validationFraction, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Checked.Fraction(validationFraction);
        List<int> train = [], validation = [];
        foreach (IGrouping<int, int> members in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key))
        {
            int[] positions = [.. members];
            if (positions.Length < 2)
            {
                throw new ArgumentException($"Received class {members.Key} with {positions.Length} example (position {positions[0]}); a stratified split needs at least "
                    + "2 of each class, one to train and one to validate. Add examples, drop the class, or use DataSplit.Shuffled.", nameof(labels));
            }

            int validating = ValidationCount(positions.Length, validationFraction);
            int[] order = Permutation(positions.Length, new RandomKey(seed).Fold(unchecked((ulong)members.Key)));
            validation.AddRange(order[..validating].Select(i => positions[i]));
            train.AddRange(order[validating..].Select(i => positions[i]));
        }

        RequireTwo(labels.Count);
        return new DataSplit(train, validation);
    }

    /// <inheritdoc cref="Stratified(IReadOnlyList{int}, double, ulong)"/>
    /// <exception cref="DTypeException">The labels are no integers.</exception>
    public static DataSplit Stratified(Tensor labels, double validationFraction, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        bool isColumn = labels.Rank == 2 && labels.Shape[1] == 1;
        if (labels.DType.IsFloat() || (labels.Rank != 1 && !isColumn))
        {
            throw new DTypeException($"A stratified split needs one integer class for each example; received labels of {labels.Spec}. "
                + "For one-hot labels, apply ArgMax(-1) first.");
        }

        return Stratified(labels.Cast(DType.Int32).ToArray<int>(), validationFraction, seed);
    }

    /// <summary>Whole groups at random, so that no group (patient, speaker, document) is in both parts.</summary>
    /// <param name="groups">The group of each example.</param>
    /// <param name="validationFraction">The fraction of the examples for validation; met as closely as whole groups allow.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <exception cref="ArgumentException">Fewer than two groups, or a fraction outside (0, 1).</exception>
    public static DataSplit Grouped<T>(IReadOnlyList<T> groups, double validationFraction, ulong seed) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(groups);
        double wanted = Checked.Fraction(validationFraction) * groups.Count;
        int[][] members = [.. Enumerable.Range(0, groups.Count).GroupBy(i => groups[i]).Select(group => group.ToArray())];
        if (members.Length < 2)
        {
            throw new ArgumentException($"Received {members.Length} group; a grouped split needs at least 2, one to train and one to validate. "
                + "Use DataSplit.Shuffled where examples are independent.", nameof(groups));
        }

        List<int[]> train = [], validation = [];
        int validating = 0;
        foreach (int group in Permutation(members.Length, new RandomKey(seed)))
        {
            bool nearer = Math.Abs(validating + members[group].Length - wanted) < Math.Abs(validating - wanted);
            (nearer ? validation : train).Add(members[group]);
            validating += nearer ? members[group].Length : 0;
        }

        // One huge group, or a fraction near 0 or 1, can leave a side empty.
        if (validation.Count == 0)
            MoveSmallest(train, validation);
        else if (train.Count == 0)
            MoveSmallest(validation, train);
        return new DataSplit(train.SelectMany(group => group), validation.SelectMany(group => group));

        static void MoveSmallest(List<int[]> from, List<int[]> to)
        {
            int[] smallest = from.MinBy(group => group.Length)!;
            from.Remove(smallest);
            to.Add(smallest);
        }
    }

    /// <summary>Trains on the past and validates on the future: the validation part is the last one. The examples must be in the order of time.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="validationFraction">The fraction for validation, taken from the end.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit ByTime(int count, double validationFraction)
    {
        int training = count - ValidationCount(count, validationFraction);
        return new DataSplit(Enumerable.Range(0, training), Enumerable.Range(training, count - training));
    }

    /// <summary>Trains on the past and validates on the future. Examples with the same time at the border are ordered by their position.</summary>
    /// <param name="times">When each example was taken.</param>
    /// <param name="validationFraction">The fraction for validation: the latest examples.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit ByTime<T>(IReadOnlyList<T> times, double validationFraction) where T : IComparable<T>
    {
        ArgumentNullException.ThrowIfNull(times);
        int training = times.Count - ValidationCount(times.Count, validationFraction);
        int[] order = [.. Enumerable.Range(0, times.Count).OrderBy(i => times[i])];
        return new DataSplit(order[..training], order[training..]);
    }

    /// <summary>Splits the data into the two parts.</summary>
    /// <exception cref="ShapeException">The tensors do not have as many examples as the split was made for.</exception>
    public (Batch Train, Batch Validation) Apply(Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null)
    {
        Batch all = new(x, y, sampleWeight);
        if (all.Count != train.Length + validation.Length)
        {
            throw new ShapeException($"Received data with {all.Count} examples (X has shape {all.Inputs[0].Shape}); the split was made for {train.Length + validation.Length}. "
                + "Split the data it was made for, or make a new split.");
        }

        return (Rows(train), Rows(validation));

        Batch Rows(int[] positions)
        {
            Tensor indices = Tensor.From(positions);
            return all.Select(tensor => tensor.Gather(indices));
        }
    }

    private static int ValidationCount(int count, double fraction)
    {
        Checked.Fraction(fraction);
        RequireTwo(count);
        return Math.Clamp((int)Math.Round(count * fraction, MidpointRounding.AwayFromZero), 1, count - 1);
    }

    private static void RequireTwo(int count)
    {
        if (count < 2)
            throw new ArgumentException($"Received {count} examples to split; at least 2 are needed, one to train and one to validate.", nameof(count));
    }

    private static int[] Permutation(int length, RandomKey key)
    {
        int[] order = new int[length];
        key.Permute(order);
        return order;
    }
}
