using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Environments;

/// <summary>
/// An environment that an agent acts in, in Gymnasium's terms and by its name (<c>Environment</c> is .NET's own): <see cref="Reset"/> begins an episode, and each <see cref="Step"/> takes an action and gives
/// the next observation, a reward, and whether the episode has ended. For your own environment derive a class, and override <see cref="Begin"/>, <see cref="Advance"/> and
/// <see cref="Observe"/>.
/// </summary>
/// <remarks>
/// Terminated and truncated are two things. After a terminal state there is no future reward. Where the time limit alone cuts an episode off, there would be, and a method that learns from the step must not take it for
/// worthless. (Pardo, Tavakoli, Levdik and Kormushev, "Time limits in reinforcement learning", ICML 2018.) At the last step allowed both may be true.
/// </remarks>
/// <example><code>
/// CartPole env = new();
/// float[] observation = env.Reset(seed: 1);
/// for (bool isOver = false; !isOver;)
/// {
///     (observation, double reward, bool terminated, bool truncated) = env.Step(observation[2] > 0 ? 1 : 0);
///     isOver = terminated || truncated;
/// }
/// </code></example>
/// <param name="observationSpace">What observations look like.</param>
/// <param name="actionSpace">The actions.</param>
/// <param name="timeLimit">After how many steps an episode is truncated; null for never.</param>
public abstract class Env(Box observationSpace, Discrete actionSpace, int? timeLimit)
{
    private RandomKey? key;
    private ulong draws;
    private bool isRunning;

    /// <summary>What observations look like.</summary>
    public Box ObservationSpace { get; } = observationSpace ?? throw new ArgumentNullException(nameof(observationSpace));

    /// <summary>The actions.</summary>
    public Discrete ActionSpace { get; } = actionSpace ?? throw new ArgumentNullException(nameof(actionSpace));

    /// <summary>After how many steps an episode is truncated; null for never. Gymnasium's <c>TimeLimit</c>.</summary>
    public int? TimeLimit { get; init => field = Setting.Require(value, value is null or >= 1, "1 or more, or null", nameof(TimeLimit)); } = Setting.Require(timeLimit, timeLimit is null or >= 1, "1 or more, or null", nameof(timeLimit));

    /// <summary>The steps of this episode so far.</summary>
    public int ElapsedSteps { get; private set; }

    /// <summary>Begins an episode.</summary>
    /// <param name="seed">Names the random numbers of this episode and of those after it: the same seed gives the same ones. Null to go on with those of the last seed; where there was none, one is drawn (<see cref="RandomSeed"/>).</param>
    /// <returns>The first observation, in row-major order; the caller may keep it.</returns>
    public float[] Reset(ulong? seed = null)
    {
        if (seed is not null || key is null)
            (key, draws) = (new RandomKey(seed ?? RandomSeed.New()), 0);
        Begin();
        return Began();
    }

    /// <summary>Takes an action.</summary>
    /// <param name="action">One of <see cref="ActionSpace"/>.</param>
    /// <returns>The next observation, which the caller may keep; the reward; whether the state is terminal; whether the time limit is reached.</returns>
    /// <exception cref="InvalidOperationException">There was no <see cref="Reset"/>, or the episode has ended.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public (float[] Observation, double Reward, bool Terminated, bool Truncated) Step(int action)
    {
        if (!isRunning)
        {
            throw new InvalidOperationException(ElapsedSteps == 0
                ? $"{GetType().Name}: received a Step before the first Reset. Call Reset: it begins an episode and gives the first observation."
                : $"{GetType().Name}: received a Step after the end of the episode, which had {ElapsedSteps} steps. Call Reset when a Step gives terminated or truncated.");
        }

        if (!ActionSpace.Contains(action))
            throw new ArgumentOutOfRangeException(nameof(action), $"{GetType().Name}: received the action {action}; expected 0 to {ActionSpace.Count - 1}.");
        (double reward, bool terminated) = Advance(action);
        ElapsedSteps++;
        bool truncated = ElapsedSteps >= TimeLimit;
        isRunning = !terminated && !truncated;
        return (Observe(), reward, terminated, truncated);
    }

    /// <summary>Sets the first state of an episode.</summary>
    protected abstract void Begin();

    /// <summary>Moves to the next state.</summary>
    /// <param name="action">One of <see cref="ActionSpace"/>.</param>
    /// <returns>The reward, and whether the new state is terminal.</returns>
    protected abstract (double Reward, bool Terminated) Advance(int action);

    /// <summary>The observation of the present state: a new array.</summary>
    protected abstract float[] Observe();

    /// <summary>A random number in [<paramref name="low"/>, <paramref name="high"/>), the next one of the seed.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Reset"/>.</exception>
    protected double Uniform(double low, double high) => low + ((high - low) * Next().Uniform());

    /// <summary>A random number from 0 to <paramref name="count"/> - 1, the next one of the seed.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Reset"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    protected int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Next().Below(count);
    }

    /// <summary>The state is that of an episode's beginning.</summary>
    private protected float[] Began()
    {
        (ElapsedSteps, isRunning) = (0, true);
        return Observe();
    }

    private RandomKey Next() => (key ?? throw new InvalidOperationException($"{GetType().Name}: random numbers are drawn after Reset, in Begin and Advance.")).Fold(draws++);
}
