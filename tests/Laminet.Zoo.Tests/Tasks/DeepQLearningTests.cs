using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Environments;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class DeepQLearningTests
{
    private static readonly string[] Map = ["...#.", ".#...", ".#.#.", "...#G"];

    // Trap A74: a time limit is no terminal state.
    [Fact]
    public void What_was_truncated_has_a_future()
    {
        Tensor goal = DeepQLearning.Goal(Tensor.From(1.0, 1.0), terminated: Tensor.From(1.0, 0.0), future: Tensor.From(10.0, 10.0), discount: 0.99);
        Assert.Equal([1, 10.9], goal.ToArray<double>(), (one, other) => Math.Abs(one - other) < 1e-12);
    }

    // The same through the agent: 1 for ever is worth 1 / (1 - 0.5), and 1 alone is worth 1.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void An_agent_knows_the_end_from_the_time_limit(bool terminates, double worth)
    {
        DeepQLearning agent = new(new OneState(1, terminates)) { Seed = 1, Discount = 0.5, LearningStarts = 1, BatchSize = 4, TargetRate = 0.1, Network = Linear(1, 1), Optimizer = new SGD(0.1) };
        agent.Learn(500);
        Assert.Equal(worth, agent.Network.Predict(Tensor.Ones([1, 1])).ToArray<float>()[0], 1e-3);
        Assert.Equal(500, agent.Returns.Count);
    }

    // Trap A75: beyond 1 the gradient is 1, not 0.
    [Fact]
    public void A_large_error_has_a_gradient()
    {
        Variable chosen = new(Tensor.From(0f), "chosen");
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => new Huber().Call(Tensor.From(3f), chosen.Value), [chosen]);
        Assert.Equal((2.5f, -1f), (loss.Item<float>(), gradients[0].ToArray<float>()[0]));
        DeepQLearning agent = new(new OneState(3, terminates: true)) { Seed = 1, LearningStarts = 1, BatchSize = 1, Network = Linear(1, 1), Optimizer = new SGD(0.125) };
        agent.Learn(1);
        Assert.Equal(0.125f, agent.Network.Weights[0].Value.ToArray<float>()[0]);
    }

    // A network of one weight for each state and action is a table. With a memory of one transition, each update is that of the step before it, and the table can be computed by hand.
    [Theory]
    [InlineData(false, 1, 0.5)]
    [InlineData(true, 1, 0.5)]
    [InlineData(false, 5, 1)]
    [InlineData(true, 5, 1)]
    [InlineData(true, 5, 1, 0.6)]
    public void Updates_are_those_of_the_papers(bool isDouble, int targetEvery, double targetRate, double priorityExponent = 0)
    {
        const double rate = 0.4, discount = 0.9;
        Cycle env = new();
        DeepQLearning agent = new(env)
        {
            Seed = 4,
            Discount = discount,
            Double = isDouble,
            LearningStarts = 1,
            MemoryCapacity = 1,
            BatchSize = 2,
            TargetEvery = targetEvery,
            TargetRate = targetRate,
            PriorityExponent = priorityExponent,
            Network = Linear(3, 3),
            Optimizer = new SGD(rate),
            ExplorationEnd = 0.5,
            ExplorationSteps = 50,
        };
        agent.Learn(300);

        double[,] fast = new double[3, 3], slow = new double[3, 3];
        int differs = 0;
        foreach ((int number, (int state, int action, double reward, int next, bool terminated)) in env.Taken.Index())
        {
            int bestOfFast = Enumerable.Range(0, 3).MaxBy(one => fast[next, one]), bestOfSlow = Enumerable.Range(0, 3).MaxBy(one => slow[next, one]);
            differs += bestOfFast == bestOfSlow ? 0 : 1;
            double goal = reward + (terminated ? 0 : discount * slow[next, isDouble ? bestOfFast : bestOfSlow]);
            fast[state, action] += rate * Math.Clamp(goal - fast[state, action], -1, 1);
            if ((number + 1) % targetEvery != 0)
                continue;
            foreach ((int row, int column) in Enumerable.Range(0, 9).Select(place => (place / 3, place % 3)))
                slow[row, column] += targetRate * (fast[row, column] - slow[row, column]);
        }

        Assert.Equal(300, env.Taken.Count);
        Assert.InRange(differs, 5, 300);
        Assert.Contains(env.Taken, step => step.Terminated);
        Assert.Equal(fast.Cast<double>(), agent.Network.Weights[0].Value.ToArray<float>().Select(weight => (double)weight), (one, other) => Math.Abs(one - other) < 1e-3);
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0.6)]
    public void Finds_the_shortest_way_from_every_cell_of_a_labyrinth(bool isDouble, bool dueling, double priorityExponent)
    {
        DeepQLearning agent = new(new GridWorld(Map))
        {
            Seed = 1,
            Discount = 0.9,
            Double = isDouble,
            Dueling = dueling,
            PriorityExponent = priorityExponent,
            PriorityCorrectionSteps = 4000,
            LearningStarts = 200,
            TargetRate = 0.02,
            ExplorationEnd = 0.5,
            ExplorationSteps = 1000,
        };
        agent.Learn(4000);

        GridWorld world = new(Map);
        double[] values = world.OptimalValues(0.9);
        Tensor learned = agent.Network.Predict(Tensor.Stack([.. Enumerable.Range(0, values.Length).Select(cell => Tensor.From(world.ObservationOf(cell)))])).Max(-1);
        int walked = 0;
        for (int cell = 0; cell < values.Length; cell++)
        {
            if (values[cell] is not < 0)
                continue;
            Assert.Equal(values[cell], learned.ToArray<float>()[cell], 0.35);
            // Each greedy step goes to where the exact value is best.
            double value = values[cell];
            (int next, bool isGoal) = world.Move(cell, agent.Act(world.ObservationOf(cell)));
            Assert.Equal(value, -1 + (isGoal ? 0 : 0.9 * values[next]), 1e-9);
            walked++;
        }

        Assert.Equal(14, walked);
    }

    // Random actions balance for 20 steps. The full figure is that of samples/dqn.cs.
    [Fact]
    public void Balances_a_pole()
    {
        DeepQLearning agent = new(new CartPole()) { Seed = 1, ExplorationSteps = 3000, ExplorationEnd = 0.02 };
        agent.Learn(5000);
        Assert.InRange(agent.Evaluate(new CartPole(), episodes: 10, seed: 100), 100, 500);
        Assert.InRange(agent.Returns.Take(20).Average(), 10, 40);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads_and_in_parts()
    {
        int before = Engine.Threads;
        try
        {
            Engine.Threads = 1;
            float[] one = Trained(7, 600);
            Engine.Threads = 3;
            Assert.Equal(one, Trained(7, 600));
            Assert.Equal(one, Trained(7, 350, 250));
            Assert.NotEqual(one, Trained(8, 600));
        }
        finally
        {
            Engine.Threads = before;
        }

        static float[] Trained(ulong seed, params int[] parts)
        {
            DeepQLearning agent = new(new Bricks()) { Seed = seed, LearningStarts = 100, BatchSize = 16, PriorityExponent = 0.6, ExplorationSteps = 300, Dueling = true };
            foreach (int steps in parts)
                agent.Learn(steps);
            return [.. agent.Network.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
        }
    }

    [Fact]
    public void A_duelling_head_is_value_and_advantages_less_their_mean()
    {
        DuelingHead head = new(actions: 3, units: 5);
        Tensor x = new RandomKey(1).Normal([4, 6]), result = head.Call(x);
        Tensor[] weights = [.. head.Weights.Select(weight => weight.Value)];
        Tensor value = Stream(0), advantage = Stream(4);
        Assert.Equal((value + advantage - advantage.Mean(-1, keepDims: true)).ToArray<float>(), result.ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(value.ToArray<float>(), result.Mean(-1).ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-5);

        Tensor Stream(int first) => (x.MatMul(weights[first]) + weights[first + 1]).Relu().MatMul(weights[first + 2]) + weights[first + 3];
    }

    [Fact]
    public void Default_networks_have_these_sizes_and_are_saved()
    {
        Assert.Equal(4610, QNetwork.Create([4], 2, seed: 1).ParameterCount);
        Assert.Equal((3 * 3 * 4 * 16) + 16 + (8 * 8 * 16 * 128) + 128 + (128 * 3) + 3, QNetwork.Create([10, 10, 4], 3, seed: 1).ParameterCount);
        Sequential dueling = QNetwork.Create([4], 2, dueling: true, seed: 1);
        Assert.Equal((4 * 64) + 64 + (2 * ((64 * 64) + 64)) + 64 + 1 + (64 * 2) + 2, dueling.ParameterCount);
        Tensor x = new RandomKey(1).Normal([5, 4]);
        string path = Path.Combine(Path.GetTempPath(), $"laminet-dueling-{Guid.NewGuid():N}.laminet");
        try
        {
            dueling.Save(path);
            Assert.Equal(dueling.Predict(x).ToArray<float>(), Model.Load(path).Predict(x).ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }

        Assert.StartsWith("QNetwork: received no hidden layer; expected at least one size", Assert.Throws<ArgumentException>(() => QNetwork.Create([4], 2, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        CartPole env = new();
        DeepQLearning agent = new(env) { Seed = 1 };
        Assert.StartsWith("DeepQLearning: received an observation of 3 numbers; expected 4, those of CartPole.", Assert.Throws<ArgumentException>(() => agent.Act([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.StartsWith("DeepQLearning: received the environment that it learns in, whose episode would be lost; expected another one of the same kind, as in new CartPole(...).", Assert.Throws<ArgumentException>(() => agent.Evaluate(env, 1, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("DeepQLearning: received an environment without a time limit, in which an agent that is stuck would never end; expected one with it, as in new CartPole(...) { TimeLimit = 500 }.", Assert.Throws<ArgumentException>(() => agent.Evaluate(new CartPole { TimeLimit = null }, 1, 1)).Message, StringComparison.Ordinal);
        DeepQLearning wrong = new(env) { Network = Linear(4, 3) };
        Assert.Equal("DeepQLearning: the network gives (1, 3) for one observation; expected (1, 2), a number for each action of CartPole. End it with new Dense(2).", Assert.Throws<ShapeException>(() => wrong.Learn(1)).Message);
        Assert.StartsWith("Received Discount = 1.1; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new DeepQLearning(env) { Discount = 1.1 }).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received TargetRate = 0; expected above 0, at most 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new DeepQLearning(env) { TargetRate = 0 }).Message, StringComparison.Ordinal);
        DeepQLearning diverging = new(new Acrobot()) { Seed = 1, Optimizer = new SGD(1e30), LearningStarts = 10 };
        Assert.Matches("^DeepQLearning: at step \\d+ an error is not a finite number: the network has diverged. Lower the learning rate", Assert.Throws<InvalidOperationException>(() => diverging.Learn(100)).Message);
    }

    [Fact]
    public void Numbers_of_the_environment_that_are_not_finite_are_its_fault_and_spoil_nothing()
    {
        Sequential network = Linear(1, 1);
        DeepQLearning agent = new(new OneState(double.NaN, terminates: true)) { Seed = 1, Network = network, LearningStarts = 1 };
        Assert.StartsWith("OneState: step 0 gave an observation of 1 numbers and the reward NaN; expected 1 finite numbers", Assert.Throws<InvalidOperationException>(() => agent.Learn(5)).Message, StringComparison.Ordinal);
        Assert.Equal([0f], network.Weights[0].Value.ToArray<float>());
        Assert.Contains("exploration", Assert.Throws<ArgumentOutOfRangeException>(() => agent.Evaluate(new OneState(1, true), 1, 1, exploration: 5)).Message, StringComparison.Ordinal);
    }

    // The goal is r + q'(s') = 1 + 100 with the weights that were loaded, and 1 with those at the first Act.
    [Fact]
    public void Weights_that_are_loaded_before_the_first_update_are_the_slow_ones_too()
    {
        Sequential network = Linear(1, 1);
        DeepQLearning agent = new(new OneState(1, terminates: false)) { Seed = 1, Network = network, Optimizer = new SGD(1), Discount = 1, LearningStarts = 1, TargetRate = 1, TargetEvery = 1000, BatchSize = 1 };
        Assert.Equal(0, agent.Act([1]));
        network.Weights[0].Assign(Tensor.From([100f], [1, 1]));
        agent.Learn(1);
        Assert.Equal([101f], network.Weights[0].Value.ToArray<float>());
    }

    private static Sequential Linear(int inputs, int outputs) => new(seed: 1, new Input([inputs]), new Dense(outputs, useBias: false, kernelInitializer: new Zeros()));
}
