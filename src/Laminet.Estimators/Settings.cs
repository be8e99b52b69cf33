using System.Globalization;
using System.Reflection;

namespace Laminet.Estimators;

/// <summary>The settings of a step, found by reflection: its public properties with a public setter.</summary>
internal static class Settings
{
    private static readonly string[] Separators = ["__", "."];

    public static IEnumerable<PropertyInfo> Of(Step step) => step.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetSetMethod() is not null && property.GetGetMethod() is not null)
        .OrderBy(property => property.Name, StringComparer.Ordinal);

    public static object? Get(Step step, string name)
    {
        (Step owner, PropertyInfo property) = Find(step, name);
        return property.GetValue(owner);
    }

    public static void Set(Step step, string name, object? value)
    {
        (Step owner, PropertyInfo property) = Find(step, name);
        try
        {
            property.SetMethod!.Invoke(owner, BindingFlags.DoNotWrapExceptions, null, [Converted(value, property.PropertyType)], null);
        }
        catch (Exception exception) when (exception is InvalidCastException or FormatException or OverflowException)
        {
            throw new ArgumentException($"The setting '{property.Name}' of {owner.GetType().Name} is of type {TypeName(property.PropertyType)}; received {Text(value)}.", nameof(value), exception);
        }
    }

    public static Step Copy(Step step)
    {
        if (step.GetType().GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw new InvalidOperationException($"{step.GetType().Name} has no constructor without parameters, so it cannot be copied. Add one, or override Clone.");
        Step copy = (Step)constructor.Invoke(null);
        foreach (PropertyInfo property in Of(step))
            property.SetValue(copy, property.GetValue(step));
        return copy;
    }

    /// <summary>A value as a person reads it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        System.Collections.IEnumerable items and not string => $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static (Step Owner, PropertyInfo Property) Find(Step step, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (string separator in Separators)
        {
            int at = name.IndexOf(separator, StringComparison.Ordinal);
            if (at <= 0)
                continue;
            string outer = name[..at];
            (string _, Step? inner) = step.Inner.FirstOrDefault(candidate => candidate.Name == outer);
            if (inner is not null)
                return Find(inner, name[(at + separator.Length)..]);
            string known = step.Inner.Count == 0 ? "it has no steps" : $"its steps are {string.Join(", ", step.Inner.Select(one => one.Name))}";
            throw new ArgumentException($"{step.GetType().Name} has no step '{outer}': {known}. Received the setting '{name}'.", nameof(name));
        }

        return (step, Of(step).FirstOrDefault(property => Plain(property.Name) == Plain(name))
            ?? throw new ArgumentException($"{step.GetType().Name} has no setting '{name}'. Known: {string.Join(", ", Of(step).Select(property => property.Name))}"
                + $"{(step.Inner.Count == 0 ? "" : "; settings of a step are named as in '" + step.Inner[^1].Name + ".Name'")}.", nameof(name)));
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    // Whole numbers where a fraction is meant, an integer for a seed, one number for a list: what a search's literals are.
    private static object? Converted(object? value, Type type)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null)
            return bare == type && type.IsValueType ? throw new InvalidCastException() : null;
        if (type.IsInstanceOfType(value))
            return value;
        if (bare.IsEnum)
            return value is string text && Array.Find(Enum.GetNames(bare), member => Plain(member) == Plain(text)) is { } member ? Enum.Parse(bare, member) : throw new InvalidCastException();
        if (type.IsAssignableFrom(typeof(int[])) && value is int single)
            return new[] { single };
        // A fraction would be rounded silently.
        if (value is double fraction && bare != typeof(double) && bare != typeof(float) && Math.Floor(fraction) != fraction)
            throw new InvalidCastException();
        return Convert.ChangeType(value, bare, CultureInfo.InvariantCulture);
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } bare ? $"{bare.Name} or null"
        : type.IsEnum ? $"{type.Name} ({string.Join(", ", Enum.GetNames(type))})"
        : type.Name;
}
