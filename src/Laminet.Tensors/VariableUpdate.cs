using Laminet.Tensors.Devices;

namespace Laminet.Tensors;

/// <summary>An operation that changes variables at once, outside a trace: its kernel writes where the values lie.</summary>
internal static class VariableUpdate
{
    /// <summary>Runs the kernel over the variables' values; false if the operation must be applied as any other.</summary>
    public static bool InPlace(Primitive rule, ReadOnlySpan<Variable> variables, ReadOnlySpan<Tensor> inputs)
    {
        for (int i = 0; i < variables.Length; i++)
        {
            if (!rule.MayOverwrite(i, i) || variables[i].IsShapeOnly)
                return false;
        }

        foreach (Tensor input in inputs)
        {
            if (input.Operation is not null || input.IsShapeOnly)
                return false;
        }

        TensorSpec[] specs = new TensorSpec[variables.Length + inputs.Length];
        for (int i = 0; i < specs.Length; i++)
            specs[i] = i < variables.Length ? variables[i].Spec : inputs[i - variables.Length].Spec;
        Require(rule, variables, rule.InferAll(specs));
        using VariableHold hold = VariableHold.Of([.. variables]);
        Tensor[] operands = new Tensor[specs.Length], outputs = new Tensor[variables.Length];
        for (int i = 0; i < outputs.Length; i++)
            (operands[i], outputs[i]) = variables[i].Successor();
        for (int i = outputs.Length; i < operands.Length; i++)
            operands[i] = inputs[i - outputs.Length].Contiguous();
        Device.Cpu.Execute(rule, operands, outputs);
        for (int i = 0; i < outputs.Length; i++)
            variables[i].Succeed(outputs[i]);
        return true;
    }

    /// <summary>Checks that an operation gives one successor for each variable.</summary>
    public static void Require(Primitive rule, ReadOnlySpan<Variable> variables, IReadOnlyList<TensorSpec> outputs)
    {
        if (outputs.Count != variables.Length)
            throw new ArgumentException($"{rule.Name}: it has {outputs.Count} outputs for {variables.Length} variables; an update must have one output for each variable.", nameof(rule));
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i] != variables[i].Spec)
                throw new ArgumentException($"{rule.Name}: output {i} is {outputs[i]}; the variable '{variables[i].Name}' is {variables[i].Spec}.", nameof(rule));
        }
    }
}
