namespace Laminet.Zoo.Environments;

/// <summary>
/// A pole on a cart that is pushed to the left (0) or to the right (1), 50 times a second: Gymnasium's CartPole-v1. State and observation: the cart's position and velocity, the pole's angle and angular velocity; at first each
/// uniform in [-0.05, 0.05). Every step pays 1. Terminal when the pole leans by more than 12 degrees or the cart is more than 2.4 away; truncated after 500 steps. A mean of 475 counts as solved.
/// (Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems", 1983.)
/// </summary>
/// <remarks>
/// With t = (F + m l w² sin a) / M: w' = (g sin a - t cos a) / (l (4/3 - m cos² a / M)), v' = t - m l w' cos a / M; an explicit Euler step of 0.02 s. g = 9.8, m = 0.1, M = 1.1, l = 0.5 (half of the pole), F = ±10.
/// </remarks>
public sealed class CartPole() : ClassicControl(new Box([-FarAway, -Unbounded, -Fallen, -Unbounded], [FarAway, Unbounded, Fallen, Unbounded]), actions: 2, timeLimit: 500, size: 4)
{
    private const double Gravity = 9.8, PoleMass = 0.1, Mass = 1.1, HalfLength = 0.5, Force = 10, Seconds = 0.02, EdgePosition = 2.4, EdgeAngle = 12 * 2 * Math.PI / 360;

    // Twice the edges, so that the last observation is in the space.
    private const float FarAway = (float)(2 * EdgePosition), Fallen = (float)(2 * EdgeAngle), Unbounded = float.PositiveInfinity;

    /// <inheritdoc/>
    protected override void Begin()
    {
        for (int i = 0; i < Numbers.Length; i++)
            Numbers[i] = Uniform(-0.05, 0.05);
    }

    /// <inheritdoc/>
    protected override (double Reward, bool Terminated) Advance(int action)
    {
        double velocity = Numbers[1], angle = Numbers[2], turning = Numbers[3], sine = Math.Sin(angle), cosine = Math.Cos(angle);
        double push = ((action == 1 ? Force : -Force) + (PoleMass * HalfLength * turning * turning * sine)) / Mass;
        double lean = ((Gravity * sine) - (cosine * push)) / (HalfLength * ((4.0 / 3.0) - (PoleMass * cosine * cosine / Mass)));
        double pull = push - (PoleMass * HalfLength * lean * cosine / Mass);
        Numbers[0] += Seconds * velocity;
        Numbers[1] += Seconds * pull;
        Numbers[2] += Seconds * turning;
        Numbers[3] += Seconds * lean;
        return (1, Math.Abs(Numbers[0]) > EdgePosition || Math.Abs(Numbers[2]) > EdgeAngle);
    }

    /// <inheritdoc/>
    protected override float[] Observe() => [.. Numbers.Select(number => (float)number)];
}
