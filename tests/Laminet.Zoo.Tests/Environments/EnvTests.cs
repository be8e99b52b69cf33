using Laminet.Tensors;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tests.Environments;

public class EnvTests
{
    private static readonly string[] Map = ["S.#G", "..#.", "#...", "...#"];

    public static TheoryData<string> Names => ["cartpole", "mountaincar", "acrobot", "grid", "bricks"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Observations_are_in_their_space_and_the_episode_ends(string name)
    {
        Env env = New(name);
        Assert.True(env.ObservationSpace.Contains(env.Reset(seed: 5)));
        bool isOver = false;
        for (int step = 0; !isOver; step++)
        {
            (float[] observation, _, bool terminated, bool truncated) = env.Step(step * 7 % 11 % env.ActionSpace.Count);
            Assert.True(env.ObservationSpace.Contains(observation));
            Assert.Equal(step + 1, env.ElapsedSteps);
            Assert.Equal(truncated, env.ElapsedSteps == env.TimeLimit);
            isOver = terminated || truncated;
        }

        Assert.InRange(env.ElapsedSteps, 1, env.TimeLimit!.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_use_is_explained(string name)
    {
        Env env = New(name);
        string type = env.GetType().Name;
        Assert.Equal($"{type}: received a Step before the first Reset. Call Reset: it begins an episode and gives the first observation.", Assert.Throws<InvalidOperationException>(() => env.Step(0)).Message);
        env.Reset(seed: 1);
        foreach (int action in (int[])[-1, env.ActionSpace.Count])
            Assert.StartsWith($"{type}: received the action {action}; expected 0 to {env.ActionSpace.Count - 1}.", Assert.Throws<ArgumentOutOfRangeException>(() => env.Step(action)).Message, StringComparison.Ordinal);
        Assert.Equal(0, env.ElapsedSteps);
        for (bool isOver = false; !isOver;)
        {
            (_, _, bool terminated, bool truncated) = env.Step(0);
            isOver = terminated || truncated;
        }

        Assert.Equal($"{type}: received a Step after the end of the episode, which had {env.ElapsedSteps} steps. Call Reset when a Step gives terminated or truncated.", Assert.Throws<InvalidOperationException>(() => env.Step(0)).Message);
        env.Reset();
        env.Step(0);
    }

    [Fact]
    public void Wrong_states_and_limits_are_explained()
    {
        Assert.StartsWith("CartPole: received a state of 2 numbers; expected 4.", Assert.Throws<ArgumentException>(() => new CartPole().ResetTo(0, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("MountainCar: received NaN in a state; expected finite numbers.", Assert.Throws<ArgumentException>(() => new MountainCar().ResetTo(0, double.NaN)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received TimeLimit = 0; expected 1 or more, or null.", Assert.Throws<ArgumentOutOfRangeException>(() => new CartPole { TimeLimit = 0 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_no_steps_and_a_choice_among_none_are_refused()
    {
        Assert.StartsWith("Received timeLimit = 0; expected 1 or more, or null.", Assert.Throws<ArgumentOutOfRangeException>(() => new Chooser(0, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Chooser(5, -3).Reset(1));
        GridWorld world = new("S.", ".G");
        Assert.StartsWith("Received from = 99; expected a cell, 0 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => world.Move(99, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received action = 9; expected 0 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => world.Move(0, 9)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => world.ObservationOf(4));
    }

    // Any finite angle may be set; it is wrapped, however large.
    [Fact]
    public void A_large_angle_is_wrapped()
    {
        Acrobot env = new();
        env.ResetTo(1e17, -1e17, 0, 0);
        env.Step(1);
        Assert.All(env.State.Take(2), angle => Assert.InRange(angle, -Math.PI, Math.PI));
    }

    // By hand: the shortest ways on this map, and -1 - discount - discount² ... along them.
    [Fact]
    public void Optimal_values_of_a_labyrinth_are_those_of_the_shortest_ways()
    {
        int[] distances = [7, 6, -1, 0, 6, 5, -1, 1, -1, 4, 3, 2, 6, 5, 4, -1];
        double[] values = new GridWorld(Map).OptimalValues(0.9);
        for (int cell = 0; cell < distances.Length; cell++)
            Assert.Equal(distances[cell] < 0 ? double.NaN : -(1 - Math.Pow(0.9, distances[cell])) / (1 - 0.9), values[cell], 1e-12);
    }

    [Fact]
    public void Walls_and_edges_of_a_labyrinth_hold()
    {
        GridWorld env = new(Map);
        env.Reset(seed: 1);
        // Up and left of the first cell is the edge; two to the right is a wall.
        Assert.Equal([0, 0, 1, 1, 5], ((int[])[0, 3, 1, 1, 2]).Select(action => Array.IndexOf(env.Step(action).Observation, 1)));
        // Down, right, right, and up twice to the goal, which pays -1 too.
        (bool Terminated, double Reward)[] rest = [.. ((int[])[2, 1, 1, 0, 0]).Select(env.Step).Select(step => (step.Terminated, step.Reward))];
        Assert.Equal([(false, -1), (false, -1), (false, -1), (false, -1), (true, -1)], rest);
    }

    [Fact]
    public void Wrong_labyrinths_are_explained()
    {
        Assert.StartsWith("GridWorld: received rows of the lengths 2, 3; expected one or more rows of equal length.", Assert.Throws<ArgumentException>(() => new GridWorld("S.", "..G")).Message, StringComparison.Ordinal);
        Assert.StartsWith("GridWorld: received the letter 'x'; expected '.' for free", Assert.Throws<ArgumentException>(() => new GridWorld("SxG")).Message, StringComparison.Ordinal);
        Assert.StartsWith("GridWorld: received a map without a goal", Assert.Throws<ArgumentException>(() => new GridWorld("S..")).Message, StringComparison.Ordinal);
        Assert.StartsWith("GridWorld: received a map without a cell to start in", Assert.Throws<ArgumentException>(() => new GridWorld("#G#")).Message, StringComparison.Ordinal);
    }

    // A player that knows where the ball will be next never loses it, and with chance in which half of the paddle it catches it, it breaks the whole wall.
    [Fact]
    public void Each_brick_pays_one_and_a_game_without_them_is_over()
    {
        Bricks env = new();
        int won = 0;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            float[] pixels = env.Reset(seed);
            double score = 0;
            int direction = 0;
            bool terminated = false, truncated = false;
            while (!terminated && !truncated)
            {
                (int paddle, int ball, int trail) = (First(pixels, 0) % 10, First(pixels, 1), First(pixels, 2));
                direction = ball % 10 != trail % 10 ? (ball % 10) - (trail % 10) : ball % 10 == 0 ? 1 : ball % 10 == 9 ? -1 : direction;
                int next = (ball % 10) + direction is var column && column is < 0 or > 9 ? ball % 10 : column;
                int aim = next - (ball / 10 == 8 ? new RandomKey(seed).Fold((ulong)env.ElapsedSteps).Seed % 2 == 0 ? 1 : 0 : 0);
                (pixels, double reward, terminated, truncated) = env.Step(aim < paddle ? 1 : aim > paddle ? 2 : 0);
                score += reward;
                Assert.Equal(Bricks.BestScore - score, Count(pixels, 3));
                Assert.Equal((2, 1, 1), (Count(pixels, 0), Count(pixels, 1), Count(pixels, 2)));
            }

            Assert.Equal(score == Bricks.BestScore, terminated);
            won += terminated ? 1 : 0;
        }

        Assert.Equal(30, Bricks.BestScore);
        Assert.InRange(won, 3, 5);

        static int First(float[] pixels, int channel) => Enumerable.Range(0, 100).First(place => pixels[(4 * place) + channel] == 1);
        static int Count(float[] pixels, int channel) => Enumerable.Range(0, 100).Count(place => pixels[(4 * place) + channel] == 1);
    }

    // The paddle is at the columns 4 and 5 at first. One that stays there loses the ball in most games, and the step in which it is lost ends the game.
    [Fact]
    public void A_ball_that_is_missed_ends_the_game()
    {
        Bricks env = new();
        int lost = 0;
        for (ulong seed = 0; seed < 50; seed++)
        {
            env.Reset(seed);
            (bool terminated, bool truncated) = (false, false);
            while (!terminated && !truncated)
                (_, _, terminated, truncated) = env.Step(0);
            lost += terminated ? 1 : 0;
        }

        Assert.InRange(lost, 40, 50);
    }

    private static Env New(string name) => name switch
    {
        "cartpole" => new CartPole(),
        "mountaincar" => new MountainCar(),
        "acrobot" => new Acrobot { TimeLimit = 50 },
        "grid" => new GridWorld(Map),
        _ => new Bricks(),
    };

    private sealed class Chooser(int limit, int count) : Env(new Box(0, 1, [1]), new Discrete(1), limit)
    {
        protected override void Begin() => Below(count);

        protected override (double Reward, bool Terminated) Advance(int action) => (0, false);

        protected override float[] Observe() => [0];
    }
}
