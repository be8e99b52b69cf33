namespace Laminet.Zoo.Environments;

/// <summary>What the environments of classic control share: the state is a few Float64 numbers, so that steps do not round it, and observations are Float32.</summary>
/// <param name="observationSpace">What observations look like.</param>
/// <param name="actions">How many actions there are.</param>
/// <param name="timeLimit">After how many steps an episode is truncated.</param>
/// <param name="size">How many numbers the state has.</param>
public abstract class ClassicControl(Box observationSpace, int actions, int timeLimit, int size) : Env(observationSpace, new Discrete(actions), timeLimit)
{
    /// <summary>The state; which number is what says the class.</summary>
    public IReadOnlyList<double> State => Numbers;

    private protected double[] Numbers { get; } = new double[size];

    /// <summary>Begins an episode in a state of your choice, as an assignment to Gymnasium's <c>env.unwrapped.state</c> does.</summary>
    /// <param name="state">As many finite numbers as <see cref="State"/> has.</param>
    /// <exception cref="ArgumentException">There are not as many, or one is not finite.</exception>
    public float[] ResetTo(params ReadOnlySpan<double> state)
    {
        if (state.Length != Numbers.Length)
            throw new ArgumentException($"{GetType().Name}: received a state of {state.Length} numbers; expected {Numbers.Length}.", nameof(state));
        foreach (double number in state)
        {
            if (!double.IsFinite(number))
                throw new ArgumentException(FormattableString.Invariant($"{GetType().Name}: received {number} in a state; expected finite numbers."), nameof(state));
        }

        state.CopyTo(Numbers);
        return Began();
    }
}
