using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Jagged arrays as tensors.</summary>
internal static class Rows
{
    public static Tensor ToTensor(float[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        float[] flat = new float[rows.Length * width];
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row].Length != width)
            {
                throw new ShapeException($"Received rows of different lengths: row 0 has {width} numbers, row {row} has {rows[row].Length}. "
                    + "All rows of a table have the same; pad them, or make examples one by one with Dataset.From.");
            }

            rows[row].CopyTo(flat, row * width);
        }

        return Tensor.From(flat, [rows.Length, width]);
    }
}
