namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// A function that changes no weights reads a variable in the form that its kernels want, such as a convolution's kernel in the order in
/// which tiles read it: the variable keeps that form (<see cref="Variable.Form"/>), and no call makes it first.
/// </summary>
internal static class Forms
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        FixedOperations fixedOnes = new(graph);
        return graph.Rewrite((original, operation) =>
        {
            if (operation.Kind == OperationKind.Variable)
                return FormOf(original) is { } form ? operation with { Form = form, Spec = form.Infer([operation.Spec]) } : operation;
            // The inputs' shapes as they were: a form may have another.
            for (int input = 0; input < operation.Inputs.Count; input++)
            {
                if (operation.Inputs[input].Form is not null)
                    return operation with { Primitive = Preferred(original, original.Inputs[input])!.Reader };
            }

            return operation;
        });

        // All that read it must read it in one form and at one place.
        Primitive? FormOf(Operation variable)
        {
            if (results.Contains(variable) || !fixedOnes.Contains(variable))
                return null;
            Primitive?[] forms = [.. users[variable].Select(user => Preferred(user, variable)?.Form).Distinct()];
            return forms.Length == 1 ? forms[0] : null;
        }
    }

    private static PreferredForm? Preferred(Operation user, Operation variable)
    {
        int place = -1;
        for (int input = 0; input < user.Inputs.Count; input++)
        {
            if (user.Inputs[input] != variable)
                continue;
            if (place >= 0)
                return null;
            place = input;
        }

        return place >= 0 ? user.Primitive?.CpuForm(place, user.InputSpecs) : null;
    }
}
