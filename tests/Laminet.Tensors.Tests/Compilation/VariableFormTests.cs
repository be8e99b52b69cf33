using System.Runtime.CompilerServices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>The forms in which a variable may lie.</summary>
public class VariableFormTests
{
    private const int Columns = 16;

    private static readonly Primitive InPanels = new KernelInPanels(Columns);

    // One that lies in one form at a time, and one that lies in both.
    public static TheoryData<int> Filters => [512, 32];

    [Theory]
    [MemberData(nameof(Filters))]
    public void The_value_comes_back_as_it_was(int filters)
    {
        (Variable variable, float[] numbers) = Given(filters);
        Tensor panels = variable.Form(InPanels);
        Assert.Equal([filters / Columns, 9 * 32, Columns], panels.Shape.Dimensions.ToArray());
        Assert.Equal(numbers[Columns], panels.ToArray<float>()[9 * 32 * Columns]);
        Assert.False(variable.IsShapeOnly);
        Assert.Equal(new Shape(3, 3, 32, filters), variable.Shape);
        Assert.Equal(numbers, variable.Value.ToArray<float>());
        Assert.Same(panels, variable.Form(InPanels));
        Assert.Equal(numbers, variable.Value.ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void An_update_finds_the_numbers_and_the_panels_follow_it(int filters)
    {
        (Variable variable, float[] numbers) = Given(filters);
        for (int round = 0; round < 3; round++)
        {
            float before = variable.Form(InPanels).ToArray<float>()[1];
            new Halve().Apply(variable, Tensor.Zeros(variable.Shape), []);
            Assert.Equal(before / 2, variable.Form(InPanels).ToArray<float>()[1]);
        }

        Assert.Equal([.. numbers.Select(number => number / 8)], variable.Value.ToArray<float>());
    }

    [Fact]
    public void Who_holds_the_value_keeps_its_numbers()
    {
        (Variable variable, float[] numbers) = Given(512);
        Tensor early = variable.Value;
        variable.Form(InPanels);
        Tensor late = variable.Value;
        new Halve().Apply(variable, Tensor.Zeros(variable.Shape), []);
        Assert.Equal(numbers, early.ToArray<float>());
        Assert.Equal(numbers, late.ToArray<float>());
    }

    [Fact]
    public void What_was_given_away_is_updated_where_it_lies()
    {
        Tensor given = new RandomKey(2).Normal([4]);
        Variable variable = new(Tensor.Zeros([4]), "weights");
        variable.TakeOver(given);
        new Halve().Apply(variable, Tensor.Zeros([4]), []);
        Assert.Same(given, variable.Current);
        variable.Assign(given);
        new Halve().Apply(variable, Tensor.Zeros([4]), []);
        Assert.NotSame(given, variable.Current);
    }

    [Fact]
    public void A_large_kernel_lies_in_one_form_only()
    {
        (Variable variable, float[] numbers) = Given(512);
        WeakReference plain = Packed(variable);
        GC.Collect();
        Assert.False(plain.IsAlive);
        Assert.Equal(numbers, variable.Value.ToArray<float>());

        // In a method of its own, so that nothing on the stack holds the tensor.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Packed(Variable variable)
        {
            WeakReference plain = new(variable.Current);
            variable.Form(InPanels);
            return plain;
        }
    }

    [Fact]
    public void A_form_that_cannot_be_undone_leaves_the_value_where_it_is()
    {
        (Variable variable, float[] numbers) = Given(512);
        Tensor value = variable.Current, cosine = variable.Form(new Cos());
        Assert.Same(value, variable.Current);
        Assert.Equal(numbers[7], value.ToArray<float>()[7]);
        Assert.Equal(value.Cos().ToArray<float>(), cosine.ToArray<float>());
        Assert.Same(cosine, variable.Form(new Cos()));
    }

    [Fact]
    public void Another_form_is_made_of_the_value_and_not_of_the_form_it_lies_in()
    {
        (Variable variable, float[] numbers) = Given(512);
        variable.Form(InPanels);
        Tensor narrow = variable.Form(new KernelInPanels(8));
        Assert.Equal(numbers[8], narrow.ToArray<float>()[9 * 32 * 8]);
        Assert.Equal(numbers, variable.Value.ToArray<float>());
    }

    [Fact]
    public void Threads_that_ask_for_forms_and_for_the_value_find_the_same_numbers()
    {
        (Variable variable, float[] numbers) = Given(512);
        Primitive[] forms = [InPanels, new KernelInPanels(8)];
        Parallel.For(0, 32, call =>
        {
            Tensor? form = call % 3 < 2 ? variable.Form(forms[call % 3]) : null;
            Tensor value = form is null ? variable.Value : forms[call % 3].Inverse(variable.Spec)!.Apply(form);
            Assert.Equal(numbers, value.ToArray<float>());
        });
    }

    private static (Variable Variable, float[] Numbers) Given(int filters)
    {
        Tensor first = new RandomKey(1).Normal([3, 3, 32, filters]);
        float[] numbers = first.ToArray<float>();
        Variable variable = new(Tensor.ShapeOnly(first.Shape), "kernel");
        Assert.True(variable.IsShapeOnly);
        variable.TakeOver(first);
        return (variable, numbers);
    }
}
