namespace Laminet.Tensors;

/// <summary>
/// One level of the stack of variable values on this thread: the leaves of a gradient, a trace, a transaction. Reading a variable asks
/// the innermost level first. If no level has a value, the stored value is used.
/// </summary>
internal abstract class State
{
    [ThreadStatic]
    private static State? innermost;

    /// <summary>The innermost level on this thread; null where the stored values count.</summary>
    public static State? Innermost => innermost;

    /// <summary>True from <see cref="Enter"/> to <see cref="Leave"/>.</summary>
    public bool IsEntered { get; private set; }

    /// <summary>The level around this one.</summary>
    public State? Outer { get; private set; }

    /// <summary>True where shapes alone are worked out: a variable without numbers gets none there.</summary>
    public static bool IsOfShapes
    {
        get
        {
            for (State? level = innermost; level is not null; level = level.Outer)
            {
                if (level.KeepsShapes)
                    return true;
            }

            return false;
        }
    }

    /// <summary>The value of a variable, by the levels from one outwards; null where the stored value counts.</summary>
    public static Tensor? Read(Variable variable, State? from)
    {
        for (State? level = from; level is not null; level = level.Outer)
        {
            if (level.Find(variable) is { } value)
                return value;
        }

        return null;
    }

    /// <summary>Changes a variable as seen from a level; the stored value where there is none.</summary>
    public static void Write(Variable variable, Tensor value, State? level)
    {
        if (level is null)
            variable.Store(value);
        else
            level.Change(variable, value);
    }

    /// <summary>Whether variables without numbers stay without.</summary>
    protected virtual bool KeepsShapes => false;

    /// <summary>Runs code as if this thread had no level: it reads stored values.</summary>
    protected static T WithoutLevels<T>(Func<T> function)
    {
        State? level = innermost;
        innermost = null;
        try
        {
            return function();
        }
        finally
        {
            innermost = level;
        }
    }

    /// <summary>What this level knows of a variable; null where it leaves the answer to the level around it.</summary>
    protected abstract Tensor? Find(Variable variable);

    /// <summary>Notes what a variable becomes.</summary>
    protected abstract void Change(Variable variable, Tensor value);

    /// <summary>Makes this level the innermost one.</summary>
    protected void Enter()
    {
        Outer = innermost;
        innermost = this;
        IsEntered = true;
    }

    /// <summary>Ends this level; the one around it is the innermost again. A second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">A level within this one is still there, or this is another thread.</exception>
    protected void Leave()
    {
        if (!IsEntered)
            return;
        if (innermost != this)
        {
            throw new InvalidOperationException("A state scope ends while an inner scope is still open, or on another thread. Dispose scopes in reverse order of "
                + "creation, on the thread that made them (not after an await).");
        }

        innermost = Outer;
        IsEntered = false;
    }
}
