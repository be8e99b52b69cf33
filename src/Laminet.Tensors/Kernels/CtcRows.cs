using System.Numerics;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>The operands of connectionist temporal classification.</summary>
internal unsafe struct CtcCall<T> where T : unmanaged
{
    /// <summary>[Batch, Steps, Classes].</summary>
    public T* Logits;

    /// <summary>[Batch, Longest].</summary>
    public int* Labels;

    /// <summary>[Batch]; null for the losses themselves.</summary>
    public T* Upstream;

    /// <summary>[Batch], or with an upstream [Batch, Steps, Classes].</summary>
    public T* Result;
    public int Batch, Steps, Classes, Longest;
}

/// <summary>
/// Forward and backward sums over the states blank, first label, blank, ..., last label, blank, in logarithms and in double, since sums over many steps span
/// many orders of magnitude. A task is an example.
/// </summary>
internal static unsafe class CtcRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // In front of the first state, so that each state can look two states back; what is there has no way to it.
    private const int Front = 2;

    public static void Run(CtcCall<T> call) => Workers.For(call.Batch, &call, &RunTask);

    private static void RunTask(void* state, int task)
    {
        ref CtcCall<T> call = ref *(CtcCall<T>*)state;
        int* labels = call.Labels + ((nint)task * call.Longest);
        int count = 0;
        while (count < call.Longest && labels[count] != 0)
            count++;
        int states = (2 * count) + 1, row = states + Front;
        bool wantsGradient = call.Upstream != null;
        using Scratch<double> scratch = Scratch.Rent<double>(((nint)row * (wantsGradient ? call.Steps + 4 : 5)) + call.Steps);
        using Scratch<T> room = Scratch.Rent<T>(call.Classes);
        Example example = new()
        {
            Logits = call.Logits + ((nint)task * call.Steps * call.Classes),
            Labels = labels,
            States = states,
            Row = row,
            Steps = call.Steps,
            Classes = call.Classes,
            Room = room.Pointer,
            Norms = scratch.Pointer,
            Emitted = scratch.Pointer + call.Steps,
        };
        example.One = example.Emitted + row;
        example.Two = example.One + row;
        // In the forward pass alone two rows take turns.
        example.Ways = example.Two + row;
        example.Kept = wantsGradient ? call.Steps : 2;
        double likelihood = Forward(example);
        if (!wantsGradient)
            call.Result[task] = T.CreateTruncating(-likelihood);
        else
            Backward(example, likelihood, call.Upstream[task], call.Result + ((nint)task * call.Steps * call.Classes), example.Ways + ((nint)call.Steps * row));
    }

    /// <summary>ln of the sum over all ways; minus infinity where there is none.</summary>
    private static double Forward(in Example x)
    {
        if (x.Steps == 0)
            return x.States == 1 ? 0 : double.NegativeInfinity;
        Span<double> one = new(x.One, x.States), two = new(x.Two, x.States), emitted = new(x.Emitted, x.States);
        for (int step = 0; step < x.Steps; step++)
        {
            x.Norms[step] = Norm(x, step);
            Emit(x, step, emitted);
            double* ways = x.WaysAt(step), before = x.WaysAt(step - 1);
            new Span<double>(ways, Front).Fill(double.NegativeInfinity);
            Span<double> now = new(ways + Front, x.States);
            if (step == 0)
            {
                now.Fill(double.NegativeInfinity);
                for (int state = 0; state < Math.Min(2, x.States); state++)
                    now[state] = emitted[state];
                continue;
            }

            new ReadOnlySpan<double>(before + Front - 1, x.States).CopyTo(one);
            for (int state = 0; state < x.States; state++)
                two[state] = x.Skips(state) ? before[state] : double.NegativeInfinity;
            AddUp(new ReadOnlySpan<double>(before + Front, x.States), one, two, now);
            TensorPrimitives.Add(now, emitted, now);
        }

        double* last = x.WaysAt(x.Steps - 1) + Front + x.States - 1;
        return x.States == 1 ? *last : Sum(last[0], last[-1]);
    }

    // The sum over all ways from a state on, without what the state itself emits, goes backwards in a row that ends with two places without ways.
    private static void Backward(in Example x, double likelihood, T upstream, T* gradient, double* onwards)
    {
        if (double.IsNegativeInfinity(likelihood))
        {
            new Span<T>(gradient, x.Steps * x.Classes).Clear();
            return;
        }

        Span<double> rest = new(onwards, x.States), one = new(x.One, x.States), two = new(x.Two, x.States), emitted = new(x.Emitted, x.States);
        for (int step = x.Steps - 1; step >= 0; step--)
        {
            if (step == x.Steps - 1)
            {
                rest.Fill(double.NegativeInfinity);
                for (int state = Math.Max(0, x.States - 2); state < x.States; state++)
                    rest[state] = 0;
            }
            else
            {
                Emit(x, step + 1, emitted);
                TensorPrimitives.Add(rest, emitted, emitted);
                for (int state = 0; state < x.States; state++)
                {
                    one[state] = state + 1 < x.States ? emitted[state + 1] : double.NegativeInfinity;
                    two[state] = state + 2 < x.States && x.Skips(state + 2) ? emitted[state + 2] : double.NegativeInfinity;
                }

                AddUp(emitted, one, two, rest);
            }

            // How likely each state is at this step, given that the labels are read.
            TensorPrimitives.Add(new ReadOnlySpan<double>(x.WaysAt(step) + Front, x.States), rest, one);
            TensorPrimitives.Subtract(one, likelihood, one);
            TensorPrimitives.Exp(one, one);
            T* logits = x.Logits + ((nint)step * x.Classes);
            Span<T> slope = new(gradient + ((nint)step * x.Classes), x.Classes);
            TensorPrimitives.Subtract(new ReadOnlySpan<T>(logits, x.Classes), T.CreateTruncating(x.Norms[step]), slope);
            TensorPrimitives.Exp(slope, slope);
            for (int state = 0; state < x.States; state++)
                slope[x.ClassOf(state)] -= T.CreateTruncating(one[state]);
            TensorPrimitives.Multiply(slope, upstream, slope);
        }
    }

    // ln(sum(exp(logits))) of a step.
    private static double Norm(in Example x, int step)
    {
        ReadOnlySpan<T> logits = new(x.Logits + ((nint)step * x.Classes), x.Classes);
        Span<T> room = new(x.Room, x.Classes);
        T peak = TensorPrimitives.Max(logits);
        if (!T.IsFinite(peak))
            return double.CreateTruncating(peak);
        TensorPrimitives.Subtract(logits, peak, room);
        TensorPrimitives.Exp(room, room);
        return double.CreateTruncating(peak) + Math.Log(double.CreateTruncating(TensorPrimitives.Sum((ReadOnlySpan<T>)room)));
    }

    private static void Emit(in Example x, int step, Span<double> emitted)
    {
        T* logits = x.Logits + ((nint)step * x.Classes);
        double norm = x.Norms[step], blank = double.CreateTruncating(logits[0]) - norm;
        for (int state = 0; state < emitted.Length; state += 2)
            emitted[state] = blank;
        for (int state = 1; state < emitted.Length; state += 2)
            emitted[state] = double.CreateTruncating(logits[x.Labels[state / 2]]) - norm;
    }

    // result = ln(exp(a) + exp(b) + exp(c)); one and two are overwritten, and the result may be a.
    private static void AddUp(ReadOnlySpan<double> stay, Span<double> one, Span<double> two, Span<double> result)
    {
        Span<double> peaks = stackalloc double[64];
        for (int start = 0; start < result.Length; start += peaks.Length)
        {
            int count = Math.Min(peaks.Length, result.Length - start);
            Span<double> peak = peaks[..count], b = one.Slice(start, count), c = two.Slice(start, count), sum = result.Slice(start, count);
            ReadOnlySpan<double> a = stay.Slice(start, count);
            TensorPrimitives.Max(a, b, peak);
            TensorPrimitives.Max(peak, c, peak);
            // Finite, since infinity less infinity is NaN.
            TensorPrimitives.Max(peak, double.MinValue, peak);
            TensorPrimitives.Subtract(b, peak, b);
            TensorPrimitives.Exp(b, b);
            TensorPrimitives.Subtract(c, peak, c);
            TensorPrimitives.Exp(c, c);
            TensorPrimitives.Add(b, c, b);
            TensorPrimitives.Subtract(a, peak, sum);
            TensorPrimitives.Exp(sum, sum);
            TensorPrimitives.Add(sum, b, sum);
            TensorPrimitives.Log(sum, sum);
            TensorPrimitives.Add(sum, peak, sum);
        }
    }

    private static double Sum(double a, double b)
    {
        double peak = Math.Max(a, b);
        return double.IsNegativeInfinity(peak) ? peak : peak + Math.Log(Math.Exp(a - peak) + Math.Exp(b - peak));
    }

    private struct Example
    {
        public T* Logits, Room;
        public int* Labels;
        public int States, Row, Steps, Classes, Kept;

        /// <summary>ln(sum(exp(logits))) of each step.</summary>
        public double* Norms;

        /// <summary>A row of states each.</summary>
        public double* Emitted, One, Two;

        /// <summary>ln of the ways to each state, a row for each step that is kept.</summary>
        public double* Ways;

        public readonly double* WaysAt(int step) => Ways + ((nint)((step + Kept) % Kept) * Row);

        public readonly int ClassOf(int state) => (state & 1) == 0 ? 0 : Labels[state / 2];

        // Between two different labels the blank may be left out.
        public readonly bool Skips(int state) => (state & 1) == 1 && state > 2 && Labels[state / 2] != Labels[(state / 2) - 1];
    }
}
