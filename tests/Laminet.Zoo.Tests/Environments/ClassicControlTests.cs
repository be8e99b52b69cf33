using System.Text.Json;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tests.Environments;

/// <summary>The dynamics are those of Gymnasium: trajectories that make_environments_golden.py computes.</summary>
public class ClassicControlTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "environments.json"))).RootElement;

    public static IEnumerable<object[]> Episodes => Golden.EnumerateObject().SelectMany(one => Enumerable.Range(0, one.Value.GetArrayLength()).Select(place => new object[] { one.Name, place }));

    [Theory]
    [MemberData(nameof(Episodes))]
    public void Each_step_is_gymnasiums(string name, int episode)
    {
        ClassicControl env = New(name);
        JsonElement golden = Golden.GetProperty(name)[episode];
        Assert.True(env.ObservationSpace.Contains(env.ResetTo(Numbers(golden.GetProperty("start")))));
        foreach (JsonElement step in golden.GetProperty("steps").EnumerateArray())
        {
            (float[] observation, double reward, bool terminated, bool truncated) = env.Step(step.GetProperty("action").GetInt32());
            double[] expected = Numbers(step.GetProperty("state"));
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], env.State[i], 1e-10);
            Assert.Equal(step.GetProperty("reward").GetDouble(), reward);
            Assert.Equal(step.GetProperty("terminal").GetBoolean(), terminated);
            Assert.False(truncated);
            Assert.True(env.ObservationSpace.Contains(observation));
            Assert.Equal(Observed(name, expected), [.. observation.Select(number => (double)number)], (one, other) => Math.Abs(one - other) < 1e-5);
        }
    }

    // Trap A76: the pole's half length, radians, and the pay of the last step.
    [Fact]
    public void Cart_pole_leans_by_half_its_length_and_pays_for_its_last_step()
    {
        CartPole env = new();
        env.ResetTo(0, 0, 0.05, 0);
        env.Step(1);
        Assert.Equal([0, 0.194370547, 0.05, -0.276497575], env.State, (one, other) => Math.Abs(one - other) < 5e-10);
        env.ResetTo(0, 0, 0, 0);
        double sum = 0;
        int steps = 0;
        for (bool terminated = false; !terminated; steps++)
        {
            (_, double reward, terminated, bool truncated) = env.Step(1);
            Assert.False(truncated);
            sum += reward;
        }

        Assert.Equal((9, 9), (steps, sum));
        Assert.Equal(-0.215186, env.State[2], 5e-7);
    }

    // The edges themselves belong to the game. The first step moves by velocity alone.
    [Theory]
    [InlineData(2.4, 0, false)]
    [InlineData(2.4000001, 0, true)]
    [InlineData(0, 0.2094395, false)]
    [InlineData(0, 0.2094396, true)]
    [InlineData(0, -0.2094396, true)]
    [InlineData(-2.4000001, 0, true)]
    public void Cart_pole_ends_beyond_its_edges(double position, double angle, bool ends)
    {
        CartPole env = new();
        env.ResetTo(position, 0, angle, 0);
        Assert.Equal(ends, env.Step(1).Terminated);
    }

    // Trap A77: the wall takes the velocity, the goal wants it, and its step pays -1.
    [Fact]
    public void The_car_stops_at_the_wall_and_pays_for_its_last_step()
    {
        MountainCar env = new();
        env.ResetTo(-0.5, 0);
        env.Step(2);
        Assert.Equal([-0.499176843, 0.000823157], env.State, (one, other) => Math.Abs(one - other) < 5e-10);
        env.ResetTo(-1.19, -0.05);
        env.Step(0);
        Assert.Equal([-1.2, 0], env.State);
        float[] observation = env.ResetTo(-0.5, 0);
        double sum = 0;
        bool isOver = false;
        while (!isOver)
        {
            (observation, double reward, isOver, bool truncated) = env.Step(observation[1] >= 0 ? 2 : 0);
            Assert.False(truncated);
            sum += reward;
        }

        Assert.Equal((124, -124), (env.ElapsedSteps, sum));
        // At the goal's place, but on the way back.
        env.ResetTo(0.55, -0.02);
        Assert.False(env.Step(0).Terminated);
    }

    [Theory]
    [InlineData("CartPole", 500, -0.05, 0.05)]
    [InlineData("MountainCar", 200, -0.6, -0.4)]
    [InlineData("Acrobot", 500, -0.1, 0.1)]
    public void Starts_and_time_limits_are_gymnasiums(string name, int limit, double low, double high)
    {
        ClassicControl env = New(name);
        Assert.Equal(limit, env.TimeLimit);
        List<double> firsts = [];
        for (int episode = 0; episode < 400; episode++)
        {
            env.Reset(episode == 0 ? 7 : null);
            Assert.All(name == "MountainCar" ? env.State.Take(1) : env.State, number => Assert.InRange(number, (float)low, (float)high));
            firsts.Add(env.State[0]);
        }

        // Uniform: the mean, and the variance of a twelfth of the squared width, within four standard errors.
        double width = high - low, mean = firsts.Average();
        Assert.Equal((low + high) / 2, mean, 4 * width / Math.Sqrt(12 * 400));
        Assert.Equal(width * width / 12, firsts.Average(first => (first - mean) * (first - mean)), width * width / 12 * 0.2);
    }

    [Fact]
    public void The_time_limit_truncates_and_does_not_terminate()
    {
        MountainCar env = new();
        env.Reset(seed: 1);
        for (int step = 1; step < 200; step++)
            Assert.Equal((false, false), Ended(env.Step(1)));
        Assert.Equal((false, true), Ended(env.Step(1)));
        // Both at once, in the last step allowed.
        CartPole brief = new() { TimeLimit = 1 };
        brief.ResetTo(3, 0, 0, 0);
        Assert.Equal((true, true), Ended(brief.Step(0)));
    }

    [Fact]
    public void A_seed_names_all_episodes_that_follow()
    {
        CartPole one = new(), other = new();
        Assert.Equal(one.Reset(seed: 3), other.Reset(seed: 3));
        float[] second = one.Reset();
        Assert.Equal(second, other.Reset());
        Assert.NotEqual(one.Reset(seed: 3), second);
        Assert.NotEqual(one.Reset(seed: 4), other.Reset(seed: 3));
        // What was observed stays as it was.
        float[] kept = one.Reset(seed: 3), copy = [.. kept];
        one.Step(0);
        Assert.Equal(copy, kept);
    }

    private static (bool Terminated, bool Truncated) Ended((float[] Observation, double Reward, bool Terminated, bool Truncated) step) => (step.Terminated, step.Truncated);

    private static ClassicControl New(string name) => name switch { "CartPole" => new CartPole(), "MountainCar" => new MountainCar(), _ => new Acrobot() };

    private static double[] Observed(string name, double[] state) =>
        name == "Acrobot" ? [Math.Cos(state[0]), Math.Sin(state[0]), Math.Cos(state[1]), Math.Sin(state[1]), state[2], state[3]] : state;

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
