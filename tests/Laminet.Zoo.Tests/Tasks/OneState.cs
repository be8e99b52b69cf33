using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tests.Tasks;

/// <summary>One state and one action, which pays; each step is terminal, or none is and the time limit alone ends the episode.</summary>
internal sealed class OneState(double reward, bool terminates) : Env(new Box(1, 1, [1]), new Discrete(1), timeLimit: 1)
{
    protected override void Begin()
    {
    }

    protected override (double Reward, bool Terminated) Advance(int action) => (reward, terminates);

    protected override float[] Observe() => [1];
}
