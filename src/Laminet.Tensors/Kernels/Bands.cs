using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>A matrix whose rows have few numbers, one beside the other, that are not 0.</summary>
/// <param name="rows">How many rows it will have.</param>
internal sealed class Bands(int rows)
{
    private readonly List<double> weights = [];
    private Array? numbers;
    private readonly int[] firsts = new int[rows], starts = new int[rows + 1];

    /// <summary>How many rows it has so far.</summary>
    public int Rows { get; private set; }

    /// <summary>The column of each row's first number.</summary>
    public ReadOnlySpan<int> Firsts => firsts;

    /// <summary>Where each row's numbers begin, and where the last one's end.</summary>
    public ReadOnlySpan<int> Starts => starts;

    /// <summary>The numbers of all rows, once there are all. Kept in the type that is asked for: a program asks at each step.</summary>
    public T[] Numbers<T>() where T : INumber<T>
    {
        if (numbers is T[] known)
            return known;
        T[] converted = [.. weights.Select(T.CreateTruncating)];
        numbers = converted;
        return converted;
    }

    /// <summary>Adds a row.</summary>
    public void Add(int first, ReadOnlySpan<double> numbers)
    {
        firsts[Rows] = first;
        weights.AddRange(numbers);
        starts[++Rows] = weights.Count;
    }

    /// <summary>The matrix with rows and columns exchanged; it has so many columns.</summary>
    public Bands Transposed(int columns)
    {
        // The rows in which a column has a number.
        int[] first = new int[columns], last = new int[columns];
        Array.Fill(first, Rows);
        Array.Fill(last, -1);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = firsts[row], end = column + starts[row + 1] - starts[row]; column < end; column++)
                (first[column], last[column]) = (Math.Min(first[column], row), row);
        }

        Bands result = new(columns);
        for (int column = 0; column < columns; column++)
        {
            double[] numbers = new double[Math.Max(0, last[column] - first[column] + 1)];
            for (int i = 0; i < numbers.Length; i++)
            {
                int row = first[column] + i, place = column - firsts[row];
                numbers[i] = place >= 0 && place < starts[row + 1] - starts[row] ? weights[starts[row] + place] : 0;
            }

            result.Add(numbers.Length == 0 ? 0 : first[column], numbers);
        }

        return result;
    }
}
