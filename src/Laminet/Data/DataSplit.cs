using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// Which examples train and which validate. There is no default: the way to choose is named, because a tail taken silently (sorted
/// classes, the newest days, one patient's images) makes a validation score that means nothing.
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
    /// <param name="validationFraction">Which part validates, between 0 and 1; rounded to whole examples, at least one on each side.</param>
    /// <param name="seed">Names the choice.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit Shuffled(int count, double validationFraction, ulong seed)
    {
        int validating = ValidationCount(count, validationFraction);
        int[] order = Permutation(count, new RandomKey(seed));
        return new DataSplit(order[validating..], order[..validating]);
    }

    /// <summary>A random part of each class, so that both sides have the classes in the data's proportions.</summary>
    /// <param name="labels">The class of each example.</param>
    /// <param name="validationFraction">Which part of each class validates; rounded, at least one example of each class on each side.</param>
    /// <param name="seed">Names the choice.</param>
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
                + "Of one-hot labels take ArgMax(-1) first.");
        }

        return Stratified(labels.Cast(DType.Int32).ToArray<int>(), validationFraction, seed);
    }

    /// <summary>Whole groups at random, so that no group (patient, speaker, document) is on both sides.</summary>
    /// <param name="groups">The group of each example.</param>
    /// <param name="validationFraction">Which part of the examples validates; met as nearly as whole groups allow.</param>
    /// <param name="seed">Names the choice.</param>
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

    /// <summary>The last part by time: trains on the past, validates on the future. The examples already lie in the order of time.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="validationFraction">Which part, the last, validates.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit ByTime(int count, double validationFraction)
    {
        int training = count - ValidationCount(count, validationFraction);
        return new DataSplit(Enumerable.Range(0, training), Enumerable.Range(training, count - training));
    }

    /// <summary>The last part by time. Examples of one moment that fall on the border are told apart by their position.</summary>
    /// <param name="times">When each example was taken.</param>
    /// <param name="validationFraction">Which part, the latest, validates.</param>
    /// <exception cref="ArgumentException">Fewer than two examples, or a fraction outside (0, 1).</exception>
    public static DataSplit ByTime<T>(IReadOnlyList<T> times, double validationFraction) where T : IComparable<T>
    {
        ArgumentNullException.ThrowIfNull(times);
        int training = times.Count - ValidationCount(times.Count, validationFraction);
        int[] order = [.. Enumerable.Range(0, times.Count).OrderBy(i => times[i])];
        return new DataSplit(order[..training], order[training..]);
    }

    /// <summary>The two parts of the data.</summary>
    /// <exception cref="ShapeException">The tensors do not have as many examples as the split was made for.</exception>
    public (Batch Train, Batch Validation) Apply(Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null)
    {
        Batch all = new(x, y, sampleWeight);
        if (all.Count != train.Length + validation.Length)
        {
            throw new ShapeException($"Received data with {all.Count} examples (X has shape {all.Inputs[0].Shape}); the split was made for {train.Length + validation.Length}. "
                + "Split the data it was made for, or make the split anew.");
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
