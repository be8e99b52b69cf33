using Laminet.Configuration;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Environments;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Deep Q-learning: a network q(s, a) learns how much reward an action will bring, from transitions drawn from a <see cref="ReplayMemory"/>, and acts by its largest output, at first with random actions between. It moves
/// towards r + discount max over a' of q'(s', a'), where q' has slowly following weights, by Huber's loss. After a terminal state there is no second term; after a truncated episode there is.
/// (Mnih et al., "Human-level control through deep reinforcement learning", Nature 2015.)
/// </summary>
/// <remarks>
/// <see cref="Double"/>: van Hasselt, Guez and Silver, "Deep reinforcement learning with double Q-learning", AAAI 2016. <see cref="Dueling"/>: Wang et al., ICML 2016. <see cref="PriorityExponent"/>: Schaul et al., ICLR 2016.
/// The same seed gives the same bits on any number of threads.
/// </remarks>
/// <example><code>
/// DeepQLearning agent = new(new CartPole()) { Seed = 1 };
/// agent.Learn(steps: 50_000);
/// Console.WriteLine(agent.Evaluate(new CartPole(), episodes: 100, seed: 2));
/// </code></example>
/// <param name="environment">The environment that it learns in. No other code may use it meanwhile.</param>
public sealed partial class DeepQLearning(Env environment)
{
    private const ulong OfEnvironment = 0, OfExploring = 1, OfReplay = 2, OfNetwork = 3;

    private readonly Env environment = environment ?? throw new ArgumentNullException(nameof(environment));
    private readonly List<double> returns = [];
    private ReplayMemory? memory;
    private float[]? observation;
    private double episodeReturn;

    /// <summary>The network: an observation to a number for each action. By default <see cref="QNetwork"/>.</summary>
    public Model Network
    {
        get => field ??= QNetwork.Create(environment.ObservationSpace.Shape, environment.ActionSpace.Count, dueling: Dueling, seed: Key(OfNetwork).Seed);
        init;
    }

    /// <summary>The optimizer; Adam at a rate of 0.001 by default.</summary>
    public Optimizer Optimizer { get; init; } = new Adam(1e-3);

    /// <summary>Names all random numbers; a new one by default (<see cref="RandomSeed"/>).</summary>
    public ulong Seed { get; init; } = RandomSeed.New();

    /// <summary>What a reward is worth a step later.</summary>
    public double Discount { get; init => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(Discount)); } = 0.99;

    /// <summary>Whether q chooses the action a' whose value q' gives. Otherwise q' does both, and takes noise for value.</summary>
    public bool Double { get; init; } = true;

    /// <summary>Whether the default network is a duelling one; see <see cref="DuelingHead"/>.</summary>
    public bool Dueling { get; init; }

    /// <summary>0 to draw from the memory uniformly; above, by priority: 0.6 is usual.</summary>
    public double PriorityExponent { get; init => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(PriorityExponent)); }

    /// <summary>How much of the bias of prioritized draws is taken back at first; it grows to 1.</summary>
    public double PriorityCorrection { get; init => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(PriorityCorrection)); } = 0.4;

    /// <summary>After how many steps <see cref="PriorityCorrection"/> has grown to 1.</summary>
    public int PriorityCorrectionSteps { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(PriorityCorrectionSteps)); } = 100_000;

    /// <summary>How many transitions are remembered.</summary>
    public int MemoryCapacity { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(MemoryCapacity)); } = 50_000;

    /// <summary>How many transitions an update learns from.</summary>
    public int BatchSize { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(BatchSize)); } = 64;

    /// <summary>How many random steps come before the first update.</summary>
    public int LearningStarts { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(LearningStarts)); } = 1000;

    /// <summary>After every how many steps there are updates.</summary>
    public int TrainEvery { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(TrainEvery)); } = 1;

    /// <summary>How many updates there are then.</summary>
    public int UpdatesAtOnce { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(UpdatesAtOnce)); } = 1;

    /// <summary>After every how many updates the slow weights move.</summary>
    public int TargetEvery { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(TargetEvery)); } = 1;

    /// <summary>By how much of their distance they move then; 1 copies the weights.</summary>
    public double TargetRate { get; init => field = Setting.Require(value, value is > 0 and <= 1, "above 0, at most 1", nameof(TargetRate)); } = 0.005;

    /// <summary>The share of random actions at the first step.</summary>
    public double ExplorationStart { get; init => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(ExplorationStart)); } = 1;

    /// <summary>The share of random actions from <see cref="ExplorationSteps"/> on; linear between.</summary>
    public double ExplorationEnd { get; init => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(ExplorationEnd)); } = 0.05;

    /// <summary>After how many steps the share of random actions stays.</summary>
    public int ExplorationSteps { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(ExplorationSteps)); } = 10_000;

    /// <summary>How many steps it has taken.</summary>
    public int Steps { get; private set; }

    /// <summary>How often it has updated the network.</summary>
    public int Updates { get; private set; }

    /// <summary>The sum of the rewards of each episode that has ended, random actions included.</summary>
    public IReadOnlyList<double> Returns => returns;

    /// <summary>The share of random actions at the next step.</summary>
    public double Exploration => Steps < LearningStarts ? 1 : ExplorationStart + ((ExplorationEnd - ExplorationStart) * Math.Min(1, (double)Steps / ExplorationSteps));

    private ReplayMemory Memory => memory ??= new ReplayMemory(MemoryCapacity, environment.ObservationSpace.Shape.ElementCount, PriorityExponent);

    /// <summary>Takes steps in the environment and learns from them. The next call goes on in the same episode.</summary>
    /// <param name="steps">How many.</param>
    /// <exception cref="InvalidOperationException">The environment gave numbers that are not finite, or not as many as its space has; or an error was not finite: the network has diverged.</exception>
    /// <exception cref="ShapeException">The network does not fit the environment.</exception>
    public void Learn(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Prepare();
        // Until the first update the slow weights are those of the network, also if these were loaded since.
        if (Updates == 0)
            Copy();
        for (int left = steps; left > 0; left--)
        {
            observation ??= environment.Reset(returns.Count == 0 ? Key(OfEnvironment).Seed : null);
            RandomKey key = Key(OfExploring).Fold((ulong)Steps);
            int action = key.Uniform() < Exploration ? key.Fold(1).Below(environment.ActionSpace.Count) : Act(observation);
            (float[] next, double reward, bool terminated, bool truncated) = environment.Step(action);
            if (next.Length != observation.Length || !double.IsFinite(reward) || Array.Exists(next, number => !float.IsFinite(number)))
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"{environment.GetType().Name}: step {Steps} gave an observation of {next.Length} numbers{(Array.Exists(next, number => !float.IsFinite(number)) ? ", one of them not finite," : "")} and the reward {reward}; expected {observation.Length} finite numbers and a finite reward."));
            }

            Memory.Add(observation, action, reward, next, terminated);
            episodeReturn += reward;
            observation = next;
            Steps++;
            if (terminated || truncated)
            {
                returns.Add(episodeReturn);
                (episodeReturn, observation) = (0, null);
            }

            if (Steps < LearningStarts || Steps % TrainEvery != 0)
                continue;
            for (int update = 0; update < UpdatesAtOnce; update++)
                Update();
        }
    }

    /// <summary>The action with the largest output.</summary>
    /// <param name="observed">An observation, in row-major order.</param>
    /// <exception cref="ArgumentException">It does not have as many numbers as the environment's observations.</exception>
    public int Act(ReadOnlySpan<float> observed)
    {
        Shape shape = environment.ObservationSpace.Shape;
        if (observed.Length != shape.ElementCount)
            throw new ArgumentException($"{nameof(DeepQLearning)}: received an observation of {observed.Length} numbers; expected {shape.ElementCount}, those of {environment.GetType().Name}.", nameof(observed));
        Prepare();
        Span<int> action = stackalloc int[1];
        act!.CallInto(action, Tensor.From(observed, [1, .. shape]));
        return action[0];
    }

    /// <summary>The mean return of episodes without learning.</summary>
    /// <param name="other">The environment: another one than that it learns in, whose episode would be lost.</param>
    /// <param name="episodes">How many.</param>
    /// <param name="seed">The seed of the environment and of the random actions.</param>
    /// <param name="exploration">The share of random actions; none by default.</param>
    /// <exception cref="ArgumentException">The environment is that it learns in, has no time limit, or does not fit.</exception>
    public double Evaluate(Env other, int episodes, ulong seed, double exploration = 0)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        Setting.Require(exploration, exploration is >= 0 and <= 1, "0 to 1");
        if (other == environment)
            throw new ArgumentException($"{nameof(DeepQLearning)}: received the environment that it learns in, whose episode would be lost; expected another one of the same kind, as in new {other.GetType().Name}(...).", nameof(other));
        if (other.TimeLimit is null)
            throw new ArgumentException($"{nameof(DeepQLearning)}: received an environment without a time limit, in which an agent that is stuck would never end; expected one with it, as in new {other.GetType().Name}(...) {{ TimeLimit = 500 }}.", nameof(other));
        double sum = 0;
        RandomKey key = new(seed);
        ulong step = 0;
        for (int episode = 0; episode < episodes; episode++)
        {
            float[] observed = other.Reset(episode == 0 ? seed : null);
            for (bool isOver = false; !isOver; step++)
            {
                RandomKey own = key.Fold(step);
                int action = own.Uniform() < exploration ? own.Fold(1).Below(other.ActionSpace.Count) : Act(observed);
                (observed, double reward, bool terminated, bool truncated) = other.Step(action);
                (sum, isOver) = (sum + reward, terminated || truncated);
            }
        }

        return sum / episodes;
    }

    private RandomKey Key(ulong purpose) => new RandomKey(Seed).Fold(purpose);
}
