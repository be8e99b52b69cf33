namespace Laminet.Zoo.Environments;

/// <summary>
/// A car in a valley, too weak to drive straight up: it has to swing. Gymnasium's MountainCar-v0. Actions: push to the left (0), not (1), to the right (2). State and observation: position in [-1.2, 0.6] and velocity in
/// [-0.07, 0.07]; at first it rests in [-0.6, -0.4). Every step pays -1, the last one too. Terminal at 0.5 or beyond; truncated after 200 steps. A mean of -110 counts as solved. (Moore, "Efficient memory-based learning
/// for robot control", 1990.)
/// </summary>
/// <remarks>v += 0.001 (action - 1) - 0.0025 cos 3x, then x += v; both are held in their ranges, and the wall on the left takes the velocity away.</remarks>
public sealed class MountainCar() : ClassicControl(new Box([(float)Wall, -(float)Fastest], [(float)End, (float)Fastest]), actions: 3, timeLimit: 200, size: 2)
{
    private const double Wall = -1.2, End = 0.6, Fastest = 0.07, Goal = 0.5, Force = 0.001, Gravity = 0.0025;

    /// <inheritdoc/>
    protected override void Begin() => (Numbers[0], Numbers[1]) = (Uniform(-0.6, -0.4), 0);

    /// <inheritdoc/>
    protected override (double Reward, bool Terminated) Advance(int action)
    {
        double velocity = Math.Clamp(Numbers[1] + ((action - 1) * Force) - (Math.Cos(3 * Numbers[0]) * Gravity), -Fastest, Fastest);
        double position = Math.Clamp(Numbers[0] + velocity, Wall, End);
        (Numbers[0], Numbers[1]) = (position, position == Wall && velocity < 0 ? 0 : velocity);
        return (-1, position >= Goal && Numbers[1] >= 0);
    }

    /// <inheritdoc/>
    protected override float[] Observe() => [(float)Numbers[0], (float)Numbers[1]];
}
