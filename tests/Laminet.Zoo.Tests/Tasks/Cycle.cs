using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tests.Tasks;

/// <summary>Three states in a circle, with pay that is another one at each step; the third action of the third state is terminal. It remembers what was done.</summary>
internal sealed class Cycle() : Env(new Box(0, 1, [3]), new Discrete(3), timeLimit: 7)
{
    private int state;

    public List<(int State, int Action, double Reward, int Next, bool Terminated)> Taken { get; } = [];

    protected override void Begin() => state = Below(3);

    protected override (double Reward, bool Terminated) Advance(int action)
    {
        int before = state;
        state = (state + action + 1) % 3;
        (double reward, bool terminated) = (3 * Math.Sin(1.7 * Taken.Count), before == 2 && action == 2);
        Taken.Add((before, action, reward, state, terminated));
        return (reward, terminated);
    }

    protected override float[] Observe()
    {
        float[] observation = new float[3];
        observation[state] = 1;
        return observation;
    }
}
