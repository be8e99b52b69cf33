using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>A sigmoid and a softmax know what they were made of.</summary>
public class LogitsTests
{
    private static readonly Tensor X = Tensor.From(new float[,] { { 1, 2 }, { 3, 5 } });

    [Fact]
    public void A_sigmoid_knows_its_logits_and_a_softmax_its_own()
    {
        Assert.Same(X, X.Sigmoid().SigmoidLogits);
        Assert.Same(X, X.Softmax().SoftmaxLogits);
        Assert.Null(X.Sigmoid().SoftmaxLogits);
        Assert.Null(X.Softmax().SigmoidLogits);
        Assert.Null(X.Softmax(axis: 0).SoftmaxLogits);
        Assert.Null((X.Sigmoid() + 0).SigmoidLogits);
        Assert.Null(X.Tanh().SigmoidLogits);
    }

    [Fact]
    public void Reshapes_keep_them_where_the_classes_stay_together()
    {
        Assert.Equal([1f, 2, 3, 5], X.Sigmoid().Reshape(4).SigmoidLogits!.ToArray<float>());
        Assert.Equal(new Shape(2, 1, 2), X.Softmax().ExpandDims(1).SoftmaxLogits!.Shape);
        Assert.Equal(new Shape(2, 2), X.Softmax().ExpandDims(1).Squeeze(1).SoftmaxLogits!.Shape);
        Assert.Null(X.Softmax().Reshape(4).SoftmaxLogits);
        Assert.Null(X.Softmax().Transpose().SoftmaxLogits);
    }

    [Fact]
    public void Detached_probabilities_have_detached_logits()
    {
        Autodiff.GradientTape tape = new();
        Tensor p = tape.Watch(X).Sigmoid();
        Assert.NotNull(p.SigmoidLogits!.Node);
        Assert.Null(p.Detach().SigmoidLogits!.Node);
        Assert.Null(tape.Watch(X.Sigmoid()).SigmoidLogits);
    }

    [Fact]
    public void They_are_known_while_a_function_is_traced_and_not_of_its_results()
    {
        Tensor? inside = null;
        Tensor p = Function.Compile(x => Seen(x.Softmax()))(X);
        Assert.NotNull(inside!.SoftmaxLogits);
        Assert.Null(p.SoftmaxLogits);

        Tensor Seen(Tensor traced) => inside = traced;
    }

    [Fact]
    public void A_chain_of_sigmoids_holds_one_link()
    {
        WeakReference first = Start(out Tensor last);
        for (int i = 0; i < 10 && first.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(first.IsAlive);
        Assert.NotNull(last.SigmoidLogits);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Start(out Tensor last)
        {
            Tensor x = Tensor.From(1f, 2);
            last = x.Sigmoid().Sigmoid().Sigmoid();
            return new WeakReference(x);
        }
    }
}
