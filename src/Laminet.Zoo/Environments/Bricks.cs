namespace Laminet.Zoo.Environments;

/// <summary>
/// A game of 10 x 10 pixels: a ball flies along diagonals, is thrown back by the sides and the top, and breaks the bricks of a wall; a paddle of two cells at the bottom must not miss it. Actions: stay (0), left (1), right (2). Each brick
/// pays 1, so the best score is <see cref="BestScore"/>. Terminal when the ball is lost or the wall is gone; truncated after 1,000 steps. Observation (10, 10, 4): 0 or 1 for paddle, ball, the ball one step ago, bricks.
/// </summary>
/// <remarks>
/// The left half of the paddle throws the ball to the left, the right half to the right. At first the ball is below the wall, in a random column and direction. (A small world for quick experiments in the spirit of Young and Tian,
/// "MinAtar", 2019; rules and code are other ones.)
/// </remarks>
public sealed class Bricks() : Env(new Box(0, 1, [Side, Side, 4]), new Discrete(3), timeLimit: 1000)
{
    /// <summary>The score of a game in which every brick is broken.</summary>
    public const int BestScore = Side * (LastRow - FirstRow + 1);

    private const int Side = 10, FirstRow = 1, LastRow = 3, Bottom = Side - 1;

    private readonly bool[] wall = new bool[Side * Side];
    private int paddle, x, y, lastX, lastY, dx, dy, left;

    /// <inheritdoc/>
    protected override void Begin()
    {
        wall.AsSpan(FirstRow * Side, BestScore).Fill(true);
        (left, paddle) = (BestScore, (Side / 2) - 1);
        (x, y, dx, dy) = (Below(Side), LastRow + 1, (2 * Below(2)) - 1, 1);
        (lastX, lastY) = (x, y);
    }

    /// <inheritdoc/>
    protected override (double Reward, bool Terminated) Advance(int action)
    {
        paddle = Math.Clamp(paddle + (action switch { 1 => -1, 2 => 1, _ => 0 }), 0, Side - 2);
        (lastX, lastY) = (x, y);
        if (y + dy < 0)
            dy = 1;
        (int nextX, int nextY) = (x + dx, y + dy);
        // Along a side the ball moves straight: otherwise it would stay on the cells of one colour of a chessboard.
        if (nextX is < 0 or >= Side)
            (nextX, dx) = (x, -dx);
        if (wall[(nextY * Side) + nextX])
        {
            (wall[(nextY * Side) + nextX], dy) = (false, -dy);
            return (1, --left == 0);
        }

        bool isCaught = nextY == Bottom && nextX - paddle is 0 or 1;
        if (isCaught)
            (dx, dy) = (nextX == paddle ? -1 : 1, -1);
        (x, y) = (nextX, isCaught ? y : nextY);
        return (0, nextY == Bottom && !isCaught);
    }

    /// <inheritdoc/>
    protected override float[] Observe()
    {
        float[] pixels = new float[Side * Side * 4];
        pixels[4 * ((Bottom * Side) + paddle)] = pixels[4 * ((Bottom * Side) + paddle + 1)] = 1;
        pixels[(4 * ((y * Side) + x)) + 1] = 1;
        pixels[(4 * ((lastY * Side) + lastX)) + 2] = 1;
        for (int place = FirstRow * Side; place < (LastRow + 1) * Side; place++)
            pixels[(4 * place) + 3] = wall[place] ? 1 : 0;
        return pixels;
    }
}
