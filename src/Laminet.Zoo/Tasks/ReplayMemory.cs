using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// The last transitions that an agent has seen, from which batches are drawn: uniformly (Lin, "Self-improving reactive agents based on reinforcement learning, planning and teaching", 1992), or in proportion to
/// p^exponent, where p is how wrong the agent was about a transition (proportional prioritization of Schaul et al., "Prioritized experience replay", ICLR 2016). One array holds all of them, a row for each:
/// observation, action, reward, 1 if the next state is terminal, next observation.
/// </summary>
public sealed class ReplayMemory
{
    // Keeps what was no surprise from never being drawn again.
    private const double LeastPriority = 1e-6;

    private readonly float[] rows;
    private readonly SumTree? tree;
    private readonly double exponent;
    private double greatest = 1;
    private long added;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="capacity">How many transitions it holds; after that, the oldest is forgotten.</param>
    /// <param name="observationSize">How many numbers an observation has.</param>
    /// <param name="priorityExponent">0 for uniform draws, 1 for draws in proportion to the priorities.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, or the array would have more than 2^31 elements.</exception>
    public ReplayMemory(int capacity, int observationSize, double priorityExponent = 0)
    {
        Capacity = Setting.Require(capacity, capacity >= 1, "1 or more");
        ObservationSize = Setting.Require(observationSize, observationSize >= 1, "1 or more");
        exponent = Setting.Require(priorityExponent, priorityExponent is >= 0 and <= 1, "0 to 1");
        _ = Setting.Require(capacity, (long)capacity * RowSize <= Array.MaxLength, FormattableString.Invariant($"at most {Array.MaxLength / RowSize} for observations of {observationSize} numbers"));
        rows = new float[capacity * RowSize];
        tree = exponent > 0 ? new SumTree(capacity) : null;
    }

    /// <summary>How many transitions it can hold.</summary>
    public int Capacity { get; }

    /// <summary>How many numbers an observation has.</summary>
    public int ObservationSize { get; }

    /// <summary>How many transitions it holds.</summary>
    public int Count => (int)Math.Min(added, Capacity);

    /// <summary>How many numbers a row has.</summary>
    public int RowSize => (2 * ObservationSize) + 3;

    /// <summary>Adds a transition, with the greatest priority so far: it is not known yet how wrong the agent is about it.</summary>
    /// <param name="observation">What was observed.</param>
    /// <param name="action">What was done.</param>
    /// <param name="reward">What that paid.</param>
    /// <param name="next">What was observed then.</param>
    /// <param name="terminated">Whether that state is terminal. An episode that was truncated is not: the state has a future.</param>
    /// <exception cref="ArgumentException">An observation does not have <see cref="ObservationSize"/> numbers.</exception>
    public void Add(ReadOnlySpan<float> observation, int action, double reward, ReadOnlySpan<float> next, bool terminated)
    {
        if (observation.Length != ObservationSize || next.Length != ObservationSize)
            throw new ArgumentException($"{nameof(ReplayMemory)}: received observations of {observation.Length} and {next.Length} numbers; expected {ObservationSize}.", nameof(observation));
        int place = (int)(added++ % Capacity);
        Span<float> row = Row(place);
        observation.CopyTo(row);
        (row[ObservationSize], row[ObservationSize + 1], row[ObservationSize + 2]) = (action, (float)reward, terminated ? 1 : 0);
        next.CopyTo(row[(ObservationSize + 3)..]);
        if (tree is not null)
            tree[place] = greatest;
    }

    /// <summary>
    /// Draws a batch, with replacement. With priorities there is one draw from each of as many equal parts of their sum, and the weight of a transition drawn with probability P is (1 / (N P))^correction, divided by the
    /// greatest weight of the batch; without, all weights are 1.
    /// </summary>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="correction">How much of the bias of the draws the weights take back, 0 to 1.</param>
    /// <param name="places">Receives which transitions were drawn; as many as there are places.</param>
    /// <param name="batch">Receives their rows.</param>
    /// <param name="weights">Receives their weights.</param>
    /// <exception cref="InvalidOperationException">The memory is empty.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Sample(RandomKey key, double correction, Span<int> places, Span<float> batch, Span<float> weights)
    {
        if (Count == 0)
            throw new InvalidOperationException($"{nameof(ReplayMemory)}: received a request for {places.Length} transitions, but it is empty. Add at least one before.");
        if (batch.Length != places.Length * RowSize || weights.Length != places.Length)
            throw new ArgumentException($"{nameof(ReplayMemory)}: received {places.Length} places, {batch.Length} numbers for rows and {weights.Length} weights; expected {places.Length * RowSize} numbers, {RowSize} for each place, and as many weights as places.", nameof(batch));
        for (int i = 0; i < places.Length; i++)
        {
            RandomKey own = key.Fold((ulong)i);
            places[i] = tree is null ? own.Below(Count) : tree.Find((i + own.Uniform()) / places.Length * tree.Total);
            Row(places[i]).CopyTo(batch[(i * RowSize)..]);
        }

        weights.Fill(1);
        if (tree is null)
            return;
        double least = double.PositiveInfinity;
        foreach (int place in places)
            least = Math.Min(least, tree[place]);
        // N and the sum of the priorities fall out of the quotient of two weights.
        for (int i = 0; i < places.Length; i++)
            weights[i] = (float)Math.Pow(least / tree[places[i]], correction);
    }

    /// <summary>Sets the priorities of transitions that were drawn: (|error| + 1e-6)^exponent. Without priorities it does nothing.</summary>
    /// <param name="places">Which ones.</param>
    /// <param name="errors">How wrong the agent was, one number for each.</param>
    /// <exception cref="ArgumentException">There are not as many errors as places, a place is empty, or an error is not finite.</exception>
    public void SetErrors(ReadOnlySpan<int> places, ReadOnlySpan<float> errors)
    {
        if (places.Length != errors.Length)
            throw new ArgumentException($"{nameof(ReplayMemory)}: received {errors.Length} errors for {places.Length} places; expected one for each.", nameof(errors));
        if (tree is null)
            return;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] < 0 || places[i] >= Count)
                throw new ArgumentException($"{nameof(ReplayMemory)}: received the place {places[i]}; expected 0 to {Count - 1}.", nameof(places));
            if (!float.IsFinite(errors[i]))
                throw new ArgumentException(FormattableString.Invariant($"{nameof(ReplayMemory)}: received the error {errors[i]}; expected finite numbers. The network has diverged: lower the learning rate."), nameof(errors));
            double priority = Math.Pow(Math.Abs(errors[i]) + LeastPriority, exponent);
            tree[places[i]] = priority;
            greatest = Math.Max(greatest, priority);
        }
    }

    private Span<float> Row(int place) => rows.AsSpan(place * RowSize, RowSize);
}
