using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// A chain of states: from state i the next one is j with the probability P_ij, whatever came before. Its stationary distribution π has π P = π; for a chain whose states all reach each other
/// it is the share of time in each state. Markov: An example of statistical investigation of the text Eugene Onegin, 1913. <see cref="MarkovText"/> makes one from a text.
/// </summary>
/// <example><code>
/// MarkovChain weather = new(Tensor.From(new double[,] { { 0.9, 0.1 }, { 0.5, 0.5 } }));
/// Tensor shares = weather.StationaryDistribution();              // 5/6, 1/6
/// int[] days = weather.Walk(start: 0, length: 10, seed: 1);
/// </code></example>
public sealed class MarkovChain
{
    private const double Tolerance = 1e-6;

    // Whether there is a way from i to j.
    private readonly Lazy<bool[,]> ways;
    private readonly double[] numbers;

    /// <summary>A chain with given probabilities.</summary>
    /// <param name="transition">P, (states, states): each row is not negative and has the sum 1.</param>
    /// <exception cref="ArgumentException">A row is no distribution.</exception>
    public MarkovChain(Tensor transition)
    {
        if (transition.Rank != 2 || transition.Shape[0] == 0 || transition.Shape[0] != transition.Shape[1] || transition.DType is not (DType.Float32 or DType.Float64))
            throw new ShapeException($"{nameof(MarkovChain)}: received transitions of {transition.Spec}; expected Float32 or Float64 of shape (states, states): from row to column.");
        Transition = transition.Cast(DType.Float64);
        numbers = Transition.ToArray<double>();
        for (int state = 0; state < States; state++)
        {
            Span<double> row = Row(state);
            double sum = TensorPrimitives.Sum<double>(row);
            if (!(TensorPrimitives.Min<double>(row) >= 0) || !(Math.Abs(sum - 1) <= Tolerance))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"{nameof(MarkovChain)}: row {state} has the sum {sum} and the least number {TensorPrimitives.Min<double>(row)}; expected probabilities, 0 or more, with the sum 1. From counts: counts / counts.Sum(1, keepDims: true)."), nameof(transition));
            }
        }

        ways = new(Ways);
    }

    /// <summary>P, Float64 (states, states).</summary>
    public Tensor Transition { get; }

    /// <summary>How many states there are.</summary>
    public int States => Transition.Shape[0];

    /// <summary>Whether each state can be reached from each other.</summary>
    public bool IsIrreducible => Enumerable.Range(0, States).All(state => Reaches(0, state) && Reaches(state, 0));

    /// <summary>The greatest number that divides the length of each way from a state back to it. 1: the chain forgets its start. 2 or more: it goes round in so many groups of states.</summary>
    /// <exception cref="InvalidOperationException">The states do not all reach each other, so each group may have its own period.</exception>
    public int Period()
    {
        if (!IsIrreducible)
            throw new InvalidOperationException($"{nameof(MarkovChain)}: not each state reaches each other, so there is no one period. Take the chain of the states that reach each other.");
        int[] distance = new int[States];
        Array.Fill(distance, -1);
        distance[0] = 0;
        Queue<int> waiting = new([0]);
        int period = 0;
        while (waiting.TryDequeue(out int from))
        {
            for (int to = 0; to < States; to++)
            {
                if (Row(from)[to] == 0)
                    continue;
                if (distance[to] < 0)
                {
                    distance[to] = distance[from] + 1;
                    waiting.Enqueue(to);
                }

                period = (int)System.Numerics.BigInteger.GreatestCommonDivisor(period, distance[from] + 1 - distance[to]);
            }
        }

        return period;
    }

    /// <summary>
    /// π with π P = π, Float64 (states,). States that are left for ever have 0. A periodic chain has one too: the share of time, to which the distribution after n steps does not converge.
    /// By elimination without subtraction (Grassmann, Taksar, Heyman: Regenerative analysis and steady state distributions for Markov chains, 1985).
    /// </summary>
    /// <exception cref="InvalidOperationException">There are several groups of states that are never left, so π depends on the start.</exception>
    public Tensor StationaryDistribution()
    {
        // A state is in a closed group if what it reaches reaches it.
        int[] closed = [.. Enumerable.Range(0, States).Where(state => Enumerable.Range(0, States).All(other => !Reaches(state, other) || Reaches(other, state)))];
        int[] group = [.. closed.Where(state => Reaches(closed[0], state))];
        if (group.Length < closed.Length)
        {
            int other = closed.First(state => !Reaches(closed[0], state));
            throw new InvalidOperationException($"{nameof(MarkovChain)}: states {closed[0]} and {other} are in groups that are never left, so there is more than one stationary distribution. Take the chain of one group, or smooth the transitions.");
        }

        int size = group.Length;
        double[] matrix = [.. group.SelectMany(from => group.Select(to => Row(from)[to]))];
        Span<double> Line(int row, int count) => matrix.AsSpan(row * size, count);
        for (int last = size - 1; last > 0; last--)
        {
            double leaving = TensorPrimitives.Sum<double>(Line(last, last));
            for (int row = 0; row < last; row++)
            {
                ref double share = ref matrix[(row * size) + last];
                share /= leaving;
                TensorPrimitives.MultiplyAdd(Line(last, last), share, Line(row, last), Line(row, last));
            }
        }

        double[] weights = new double[size];
        weights[0] = 1;
        for (int state = 1; state < size; state++)
        {
            for (int before = 0; before < state; before++)
                weights[state] += weights[before] * matrix[(before * size) + state];
            // Only their shares count. They may span more than the numbers there are.
            if (weights[state] > 1)
                TensorPrimitives.Divide(weights.AsSpan(0, state + 1), weights[state], weights);
        }

        double[] result = new double[States];
        double all = TensorPrimitives.Sum<double>(weights);
        foreach ((int place, int state) in group.Index())
            result[state] = weights[place] / all;
        return Tensor.From(result);
    }

    /// <summary>States that follow each other, the first of them the start.</summary>
    /// <param name="start">The first state.</param>
    /// <param name="length">How many.</param>
    /// <param name="seed">Names the random numbers.</param>
    public int[] Walk(int start, int length, ulong seed = 0)
    {
        Setting.Require(start, start >= 0 && start < States, $"0 to {States - 1}");
        Setting.Require(length, length >= 1, "1 or more");
        double[] draws = new RandomKey(seed).Uniform([length], dtype: DType.Float64).ToArray<double>();
        int[] states = new int[length];
        states[0] = start;
        for (int step = 1; step < length; step++)
            states[step] = Draw(Row(states[step - 1]), draws[step]);
        return states;
    }

    /// <summary>The place at which the sum of the probabilities exceeds a number of [0, 1). Never one of probability 0.</summary>
    internal static int Draw(ReadOnlySpan<double> probabilities, double number)
    {
        int last = 0;
        double sum = 0;
        for (int place = 0; place < probabilities.Length; place++)
        {
            if (probabilities[place] == 0)
                continue;
            (last, sum) = (place, sum + probabilities[place]);
            if (number < sum)
                break;
        }

        return last;
    }

    private Span<double> Row(int state) => numbers.AsSpan(state * States, States);

    private bool Reaches(int from, int to) => ways.Value[from, to];

    // By the ways from each state in turn.
    private bool[,] Ways()
    {
        int[][] next = [.. Enumerable.Range(0, States).Select(from => Enumerable.Range(0, States).Where(to => numbers[(from * States) + to] > 0).ToArray())];
        bool[,] result = new bool[States, States];
        Stack<int> waiting = [];
        for (int start = 0; start < States; start++)
        {
            result[start, start] = true;
            waiting.Push(start);
            while (waiting.TryPop(out int from))
            {
                foreach (int to in next[from])
                {
                    if (result[start, to])
                        continue;
                    result[start, to] = true;
                    waiting.Push(to);
                }
            }
        }

        return result;
    }
}
