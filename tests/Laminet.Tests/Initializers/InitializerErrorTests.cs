using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Tests.Initializers;

/// <summary>What initializers refuse. Their numbers are checks of Laminet.Verification.</summary>
public class InitializerErrorTests
{
    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VarianceScaling(0));
        Assert.Throws<ShapeException>(() => new Orthogonal().Call([4], new RandomKey(4)));
        Assert.Throws<ShapeException>(() => new Laminet.Initializers.Identity().Call([2, 3, 4], default));
    }
}
