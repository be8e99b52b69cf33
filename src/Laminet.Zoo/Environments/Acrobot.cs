namespace Laminet.Zoo.Environments;

/// <summary>
/// Two links that hang from a joint, with a motor between them that has to swing the tip above the joint by the length of a link: Gymnasium's Acrobot-v1, with the equations of the book. Actions: torque -1, 0, 1. State: the
/// angles of the two links (0 hangs down; the second by the first) and their velocities; at first each uniform in [-0.1, 0.1), as Float32. Observation: cosine and sine of both angles, both velocities. Every step pays -1,
/// the one that reaches the goal 0. Terminal when -cos a - cos(a + b) is above 1; truncated after 500 steps. A mean of -100 counts as solved.
/// (Sutton, "Generalization in reinforcement learning: successful examples using sparse coarse coding", NIPS 1995; Sutton and Barto, "Reinforcement learning", 2018, section 11.3.)
/// </summary>
/// <remarks>One Runge-Kutta step of fourth order of 0.2 s; angles are wrapped to [-pi, pi], velocities held in ±4 pi and ±9 pi. Links of length 1, mass 1, centre of mass 0.5, moment of inertia 1; g = 9.8.</remarks>
public sealed class Acrobot() : ClassicControl(
    new Box([-1, -1, -1, -1, -(float)Fastest1, -(float)Fastest2], [1, 1, 1, 1, (float)Fastest1, (float)Fastest2]), actions: 3, timeLimit: 500, size: 4)
{
    private const double Seconds = 0.2, Fastest1 = 4 * Math.PI, Fastest2 = 9 * Math.PI, Gravity = 9.8, Length = 1, Mass = 1, Centre = 0.5, Inertia = 1;

    /// <inheritdoc/>
    protected override void Begin()
    {
        for (int i = 0; i < Numbers.Length; i++)
            Numbers[i] = (float)Uniform(-0.1, 0.1);
    }

    /// <inheritdoc/>
    protected override (double Reward, bool Terminated) Advance(int action)
    {
        double torque = action - 1;
        Span<double> start = Numbers, k1 = stackalloc double[4], k2 = stackalloc double[4], k3 = stackalloc double[4], k4 = stackalloc double[4], middle = stackalloc double[4];
        Slopes(start, torque, k1);
        Along(start, k1, Seconds / 2, middle);
        Slopes(middle, torque, k2);
        Along(start, k2, Seconds / 2, middle);
        Slopes(middle, torque, k3);
        Along(start, k3, Seconds, middle);
        Slopes(middle, torque, k4);
        for (int i = 0; i < start.Length; i++)
            start[i] += Seconds / 6 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i]);
        (start[0], start[1]) = (Math.IEEERemainder(start[0], 2 * Math.PI), Math.IEEERemainder(start[1], 2 * Math.PI));
        (start[2], start[3]) = (Math.Clamp(start[2], -Fastest1, Fastest1), Math.Clamp(start[3], -Fastest2, Fastest2));
        bool terminated = -Math.Cos(start[0]) - Math.Cos(start[1] + start[0]) > 1;
        return (terminated ? 0 : -1, terminated);
    }

    /// <inheritdoc/>
    protected override float[] Observe() =>
        [(float)Math.Cos(Numbers[0]), (float)Math.Sin(Numbers[0]), (float)Math.Cos(Numbers[1]), (float)Math.Sin(Numbers[1]), (float)Numbers[2], (float)Numbers[3]];

    private static void Along(ReadOnlySpan<double> start, ReadOnlySpan<double> slopes, double time, Span<double> end)
    {
        for (int i = 0; i < end.Length; i++)
            end[i] = start[i] + (time * slopes[i]);
    }

    // The derivatives of both angles and both velocities.
    private static void Slopes(ReadOnlySpan<double> state, double torque, Span<double> slopes)
    {
        double first = state[0], second = state[1], turning1 = state[2], turning2 = state[3], cosine = Math.Cos(second), sine = Math.Sin(second);
        double d1 = (Mass * Centre * Centre) + (Mass * ((Length * Length) + (Centre * Centre) + (2 * Length * Centre * cosine))) + Inertia + Inertia;
        double d2 = (Mass * ((Centre * Centre) + (Length * Centre * cosine))) + Inertia;
        double phi2 = Mass * Centre * Gravity * Math.Cos(first + second - (Math.PI / 2));
        double phi1 = (-Mass * Length * Centre * turning2 * turning2 * sine) - (2 * Mass * Length * Centre * turning2 * turning1 * sine)
            + (((Mass * Centre) + (Mass * Length)) * Gravity * Math.Cos(first - (Math.PI / 2))) + phi2;
        slopes[3] = (torque + (d2 / d1 * phi1) - (Mass * Length * Centre * turning1 * turning1 * sine) - phi2) / ((Mass * Centre * Centre) + Inertia - (d2 * d2 / d1));
        slopes[2] = -((d2 * slopes[3]) + phi1) / d1;
        (slopes[0], slopes[1]) = (turning1, turning2);
    }
}
