using Laminet.Tensors.Compilation;

namespace Laminet.Tensors;

/// <content>First numbers that are made when they are first read.</content>
public sealed partial class Variable
{
    private (Func<Tensor> Draw, bool OwnsBuffer)? first;

    /// <summary>
    /// Sets how a variable of which only the shape is known gets its first numbers. They are drawn when they are first read, by <see cref="Value"/> or by a
    /// compiled function. So a model of any size can be built and listed before it uses memory. Without effect on a variable that has numbers.
    /// </summary>
    /// <param name="draw">Returns the numbers, with the variable's shape and type. It is called once, and its result must not depend on when.</param>
    /// <param name="ownsBuffer">Whether no other code keeps the tensor, so that updates may write into it (see <see cref="TakeOver"/>).</param>
    public void DrawWhenRead(Func<Tensor> draw, bool ownsBuffer = false)
    {
        ArgumentNullException.ThrowIfNull(draw);
        lock (gate)
        {
            if (IsShapeOnly)
                first = (draw, ownsBuffer);
        }
    }

    /// <summary>Whether it has numbers, or it is known how they are drawn.</summary>
    public bool HasFirst => !IsShapeOnly || first is not null;

    /// <summary>Draws the first numbers now, where they are missing and <see cref="DrawWhenRead"/> said how. Not where shapes alone are worked out.</summary>
    public void Draw()
    {
        lock (gate)
        {
            if (first is not { } known || State.IsOfShapes)
                return;
            // Who reads first may be in the middle of a trace, of a loop's body for example.
            Tensor numbers = Tracer.Outside(known.Draw);
            Require(numbers);
            Succeed(numbers.WithoutHistory());
            exclusive = known.OwnsBuffer;
        }
    }
}
