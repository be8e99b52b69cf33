namespace Laminet.Estimators;

/// <summary>
/// Points of the plane in squares that are divided into four as long as they hold more than one: a far square's points act together as one at their centre (Barnes, Hut: A hierarchical O(N log N)
/// force-calculation algorithm, 1986).
/// </summary>
internal sealed class QuadTree
{
    private const int MaximumDepth = 48;

    private readonly List<Cell> cells = [];

    // Points nearer than this have one place.
    private readonly double least;

    /// <summary>Builds the tree.</summary>
    /// <param name="points">x and y of each point, one after the other.</param>
    public QuadTree(ReadOnlySpan<double> points)
    {
        (double left, double right, double low, double high) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (low, high) = (Math.Min(low, points[i + 1]), Math.Max(high, points[i + 1]));
        }

        cells.Add(new Cell { X = (left + right) / 2, Y = (low + high) / 2, Half = (Math.Max(right - left, high - low) / 2) + 1e-300 });
        least = Math.ScaleB(cells[0].Half * cells[0].Half, 4 - (2 * MaximumDepth));
        for (int i = 0; i < points.Length; i += 2)
            Insert(points[i], points[i + 1]);
    }

    /// <summary>
    /// What repels a point: the sums over all other points of q² (y - y_j) and of q, with q = 1 / (1 + |y - y_j|²).
    /// </summary>
    /// <param name="x">The point, one of the tree's.</param>
    /// <param name="y">The point.</param>
    /// <param name="angle">A square of this side at most, divided by its distance, acts as one point, at most 0.7: then no square that holds the point itself does; 0 for none.</param>
    public (double X, double Y, double Sum) Repulsion(double x, double y, double angle)
    {
        double forceX = 0, forceY = 0, sum = 0;
        Span<int> stack = stackalloc int[4 * (MaximumDepth + 2)];
        int depth = 1;
        stack[0] = 0;
        while (depth > 0)
        {
            Cell cell = cells[stack[--depth]];
            double dx = x - cell.CentreX, dy = y - cell.CentreY, square = (dx * dx) + (dy * dy), side = 2 * cell.Half;
            if (cell.Children > 0 && !(side * side < angle * angle * square))
            {
                for (int child = 0; child < 4; child++)
                {
                    if (cells[cell.Children + child].Count > 0)
                        stack[depth++] = cell.Children + child;
                }

                continue;
            }

            // The point itself, with those at its very place, of which all but itself count.
            double count = cell.Children == 0 && square <= least ? cell.Count - 1 : cell.Count, q = 1 / (1 + square);
            sum += count * q;
            forceX += count * q * q * dx;
            forceY += count * q * q * dy;
        }

        return (forceX, forceY, sum);
    }

    private void Insert(double x, double y)
    {
        int place = 0;
        for (int depth = 0; ; depth++)
        {
            Cell cell = cells[place];
            if (cell.Count > 0 && cell.Children == 0 && depth < MaximumDepth && (cell.CentreX != x || cell.CentreY != y))
                cell = Divided(cell);
            cell.CentreX += (x - cell.CentreX) / (cell.Count + 1);
            cell.CentreY += (y - cell.CentreY) / (cell.Count + 1);
            cell.Count++;
            cells[place] = cell;
            if (cell.Children == 0)
                return;
            place = cell.Children + Quarter(cell, x, y);
        }
    }

    // What the cell holds goes into one of four new ones.
    private Cell Divided(Cell cell)
    {
        cell.Children = cells.Count;
        double half = cell.Half / 2;
        for (int child = 0; child < 4; child++)
            cells.Add(new Cell { X = cell.X + ((child & 1) == 0 ? -half : half), Y = cell.Y + ((child & 2) == 0 ? -half : half), Half = half });
        int quarter = cell.Children + Quarter(cell, cell.CentreX, cell.CentreY);
        cells[quarter] = cells[quarter] with { CentreX = cell.CentreX, CentreY = cell.CentreY, Count = cell.Count };
        return cell;
    }

    private static int Quarter(Cell cell, double x, double y) => (x > cell.X ? 1 : 0) + (y > cell.Y ? 2 : 0);

    /// <summary>A square: its middle, half its side, the centre of its points, how many there are, and the first of its four children; 0 for none.</summary>
    private record struct Cell
    {
        public double X;
        public double Y;
        public double Half;
        public double CentreX;
        public double CentreY;
        public int Count;
        public int Children;
    }
}
