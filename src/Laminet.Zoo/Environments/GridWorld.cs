using Laminet.Configuration;

namespace Laminet.Zoo.Environments;

/// <summary>
/// A labyrinth: up (0), right (1), down (2), left (3) move to the next cell, or nowhere where a wall or the edge is in the way. Every step pays -1, and the goal is terminal, so the best return is the negative length of the
/// shortest path. Observation: 1 at the place of the cell and 0 elsewhere, cells row by row. Truncated after 100 steps. (Sutton and Barto, "Reinforcement learning", 2018, chapter 4.)
/// </summary>
/// <example><code>
/// GridWorld env = new("S..#",
///                     ".#..",
///                     "...G");
/// </code></example>
public sealed class GridWorld : Env
{
    private readonly string map;
    private readonly int[] starts;
    private int cell;

    /// <summary>Creates a labyrinth.</summary>
    /// <param name="rows">The rows, of equal length: <c>.</c> for free, <c>#</c> for a wall, <c>G</c> for a goal, <c>S</c> for a start. Where there are several starts one is drawn, and where there is none, one of the free cells.</param>
    /// <exception cref="ArgumentException">Rows are missing or differ in length, a letter is unknown, or there is no goal or no start.</exception>
    public GridWorld(params IReadOnlyList<string> rows) : base(new Box(0, 1, [Cells(rows)]), new Discrete(4), timeLimit: 100)
    {
        (map, Width, Height) = (string.Concat(rows), rows[0].Length, rows.Count);
        int wrong = map.AsSpan().IndexOfAnyExcept(".#GS");
        if (wrong >= 0)
            throw new ArgumentException($"{nameof(GridWorld)}: received the letter '{map[wrong]}'; expected '.' for free, '#' for a wall, 'S' for a start and 'G' for a goal.", nameof(rows));
        starts = [.. Enumerable.Range(0, map.Length).Where(place => map[place] == (map.Contains('S', StringComparison.Ordinal) ? 'S' : '.'))];
        if (!map.Contains('G', StringComparison.Ordinal) || starts.Length == 0)
            throw new ArgumentException($"{nameof(GridWorld)}: received a map without {(starts.Length == 0 ? "a cell to start in: mark one with 'S' or '.'" : "a goal: mark one with 'G'")}.", nameof(rows));
    }

    /// <summary>How many cells a row has.</summary>
    public int Width { get; }

    /// <summary>How many rows there are.</summary>
    public int Height { get; }

    /// <summary>Where an action leads from a cell, and whether that is a goal: the model of the environment, by which one can plan.</summary>
    /// <param name="from">The cell, row * width + column.</param>
    /// <param name="action">0 to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell or action.</exception>
    public (int Cell, bool IsGoal) Move(int from, int action)
    {
        Setting.Require(from, from >= 0 && from < map.Length, $"a cell, 0 to {map.Length - 1}");
        Setting.Require(action, ActionSpace.Contains(action), $"0 to {ActionSpace.Count - 1}");
        (int row, int column) = (from / Width + (action switch { 0 => -1, 2 => 1, _ => 0 }), from % Width + (action switch { 1 => 1, 3 => -1, _ => 0 }));
        int to = row >= 0 && row < Height && column >= 0 && column < Width && map[(row * Width) + column] != '#' ? (row * Width) + column : from;
        return (to, map[to] == 'G');
    }

    /// <summary>
    /// The value of each cell under the best policy, by value iteration until nothing changes: V(s) = max over a of r + discount V(s'), and 0 at a goal. Walls have NaN. (Bellman, "Dynamic programming", 1957.)
    /// </summary>
    /// <param name="discount">What a reward is worth a step later, 0 to below 1.</param>
    public double[] OptimalValues(double discount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(discount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(discount, 1);
        double[] values = [.. map.Select(letter => letter == '#' ? double.NaN : 0)];
        for (bool changes = true; changes;)
        {
            changes = false;
            for (int from = 0; from < map.Length; from++)
            {
                if (map[from] is '#' or 'G')
                    continue;
                double best = -1 + (discount * Enumerable.Range(0, 4).Max(action => values[Move(from, action).Cell]));
                changes |= best != values[from];
                values[from] = best;
            }
        }

        return values;
    }

    /// <summary>The observation of a cell.</summary>
    /// <param name="place">The cell, row * width + column.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public float[] ObservationOf(int place)
    {
        Setting.Require(place, place >= 0 && place < map.Length, $"a cell, 0 to {map.Length - 1}");
        float[] observation = new float[map.Length];
        observation[place] = 1;
        return observation;
    }

    /// <inheritdoc/>
    protected override void Begin() => cell = starts[Below(starts.Length)];

    /// <inheritdoc/>
    protected override (double Reward, bool Terminated) Advance(int action)
    {
        (cell, bool isGoal) = Move(cell, action);
        return (-1, isGoal);
    }

    /// <inheritdoc/>
    protected override float[] Observe() => ObservationOf(cell);

    private static int Cells(IReadOnlyList<string> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count > 0 && rows[0].Length > 0 && rows.All(row => row.Length == rows[0].Length)
            ? rows.Count * rows[0].Length
            : throw new ArgumentException($"{nameof(GridWorld)}: received rows of the lengths {string.Join(", ", rows.Select(row => row.Length))}; expected one or more rows of equal length.", nameof(rows));
    }
}
